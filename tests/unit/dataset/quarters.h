// Images without symmetry, and what was decoded of them.
#pragma once
#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/image.h"
#include "csm/dataset/decode.h"
#include "support/temporary_folder.h"

namespace csm::test {

/// An image without symmetry: the quarters are red, green, blue and white (BGR order, as OpenCV has
/// it).
inline cv::Mat quarters(int height, int width) {
  cv::Mat image(height, width, CV_8UC3, cv::Scalar(255, 255, 255));
  image(cv::Rect(0, 0, width / 2, height / 2)).setTo(cv::Scalar(0, 0, 255));
  image(cv::Rect(width / 2, 0, width - width / 2, height / 2)).setTo(cv::Scalar(0, 255, 0));
  image(cv::Rect(0, height / 2, width / 2, height - height / 2)).setTo(cv::Scalar(255, 0, 0));
  return image;
}

inline std::string encode(const cv::Mat& image, const std::string& extension,
                          const std::vector<int>& settings = {}) {
  std::vector<std::uint8_t> bytes;
  cv::imencode(extension, image, bytes, settings);
  return {bytes.begin(), bytes.end()};
}

inline RgbImage decode(const std::string& bytes) {
  const TemporaryFolder folder;
  return decode_image(folder.write("image", bytes));
}

inline std::string reason_of(const std::string& bytes) {
  try {
    decode(bytes);
  } catch (const ImageError& error) {
    return error.reason();
  }
  return "decoded";
}

inline std::vector<int> pixel(const RgbImage& image, int row, int column) {
  const std::uint8_t* p = image.pixel(row, column);
  return {p[0], p[1], p[2]};
}

/// The upper left pixel's colour as a letter, so that a turned image reads as four letters: rgbw.
inline std::string corners(const RgbImage& image) {
  std::string letters;
  for (const auto& [row, column] : {std::pair{2, 2},
                                    {2, image.width - 3},
                                    {image.height - 3, 2},
                                    {image.height - 3, image.width - 3}}) {
    const auto p = pixel(image, row, column);
    letters += p[0] > 200 && p[1] > 200 ? 'w' : p[0] > 200 ? 'r' : p[1] > 200 ? 'g' : 'b';
  }
  return letters;
}

/// An EXIF block with the orientation tag alone, big-endian.
inline std::string exif_block(int orientation) {
  std::string tiff("MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0", 26);
  tiff[19] = static_cast<char>(orientation);
  return tiff;
}

inline std::string with_jpeg_exif(const std::string& jpeg, int orientation) {
  const std::string body = std::string("Exif\0\0", 6) + exif_block(orientation);
  const std::size_t length = body.size() + 2;
  return jpeg.substr(0, 2) + "\xFF\xE1" + static_cast<char>(length >> 8U) +
         static_cast<char>(length & 0xFFU) + body + jpeg.substr(2);
}

/// The corners that a viewer shows of the quarters with EXIF orientation 1 to 8.
inline constexpr std::array<const char*, 8> shown_corners = {"rgbw", "grwb", "wbgr", "bwrg",
                                                             "rbgw", "brwg", "wgbr", "gwrb"};

}  // namespace csm::test
