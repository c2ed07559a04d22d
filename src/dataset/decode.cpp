#include "csm/dataset/decode.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "decode_heif.h"
#include "image_probe.h"
#include "quiet_stderr.h"

namespace csm {
namespace {

constexpr std::int64_t min_side = 16;     // [px]
constexpr std::int64_t max_side = 32767;  // [px]; OpenCV's warps count pixels in 16 bits
constexpr std::int64_t max_pixels = 400'000'000;

std::vector<std::uint8_t> read_bytes(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) {
    throw ImageError("cannot be read", std::filesystem::exists(path, error)
                                           ? "not a file"
                                           : "there is no such file, '" + path.string() + "'");
  }
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw ImageError("cannot be read", "permission denied?");
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(std::filesystem::file_size(path)));
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  if (!stream) throw ImageError("cannot be read", "the file ended early");
  if (bytes.empty()) throw ImageError("is empty", "the file has 0 bytes");
  return bytes;
}

void check_size(std::int64_t width, std::int64_t height) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " px";
  if (width < min_side || height < min_side) {
    throw ImageError("is too small",
                     size + ", a side is below " + std::to_string(min_side) + " px");
  }
  if (width > max_side || height > max_side || width * height > max_pixels) {
    throw ImageError("is too large",
                     size + ", the limits are a side of " + std::to_string(max_side) + " px and " +
                         std::to_string(max_pixels / 1'000'000) + " million pixels");
  }
}

/// Whether a library's warnings mean that pixels are wrong. A few bytes too many are sloppy, many
/// of them mean that the coded data lost their step.
bool tells_of_damage(const std::string& warnings) {
  constexpr int max_extra_bytes = 64;
  static const std::string corrupt = "Corrupt JPEG data: ";
  for (std::size_t at = warnings.find(corrupt); at != std::string::npos;
       at = warnings.find(corrupt, at + 1)) {
    const std::string rest = warnings.substr(at + corrupt.size(), 40);
    if (rest.find("extraneous bytes") == std::string::npos ||
        std::atoi(rest.c_str()) > max_extra_bytes)
      return true;
  }
  return warnings.find("Premature end") != std::string::npos ||
         warnings.find("libpng error") != std::string::npos ||
         warnings.find("CRC error") != std::string::npos;
}

/// Decodes without turning; the library's messages are caught, and those about damaged pixels are
/// an error.
cv::Mat decode_pixels(const std::vector<std::uint8_t>& bytes, const ImageProbe& probe) {
  cv::Mat pixels;
  std::string warnings;
  {
    QuietStderr quiet;
    try {
      pixels = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
    } catch (const cv::Exception& error) {
      warnings = error.what();
    }
    warnings += quiet.finish();
  }
  if (pixels.empty()) {
    if (probe.format == ImageFormat::unknown)
      throw ImageError("is not an image", "its first bytes are those of no known format");
    throw ImageError("is damaged", "its pixels cannot be decoded");
  }
  if (tells_of_damage(warnings))
    throw ImageError("is damaged", warnings.substr(0, warnings.find('\n')));
  return pixels;
}

/// The pixels as 8 bits, whatever depth they had.
cv::Mat to_8_bits(const cv::Mat& pixels) {
  cv::Mat result;
  switch (pixels.depth()) {
    case CV_8U:
      return pixels;
    case CV_16U:
      pixels.convertTo(result, CV_8U, 1.0 / 257);
      return result;
    case CV_32F:
    case CV_64F:
      pixels.convertTo(result, CV_8U, 255);
      return result;
    default:
      throw ImageError("is not an image", "its pixels have a depth that is not supported");
  }
}

/// Where pixel (row, column) of the file goes after turning, EXIF orientation 1 to 8.
struct Turn {
  int orientation;
  int height;  ///< of the file
  int width;

  int turned_height() const { return orientation >= 5 ? width : height; }
  int turned_width() const { return orientation >= 5 ? height : width; }

  std::pair<int, int> operator()(int row, int column) const {
    switch (orientation) {
      case 2:
        return {row, width - 1 - column};
      case 3:
        return {height - 1 - row, width - 1 - column};
      case 4:
        return {height - 1 - row, column};
      case 5:
        return {column, row};
      case 6:
        return {column, height - 1 - row};
      case 7:
        return {width - 1 - column, height - 1 - row};
      case 8:
        return {width - 1 - column, row};
      default:
        return {row, column};
    }
  }
};

/// Turned RGB from 1, 3 (BGR) or 4 (BGRA) channels; alpha is laid over mid grey.
RgbImage to_rgb(const cv::Mat& pixels, int orientation) {
  const Turn turn{orientation, pixels.rows, pixels.cols};
  RgbImage image(turn.turned_height(), turn.turned_width());
  const int n_channels = pixels.channels();
  for (int row = 0; row < pixels.rows; ++row) {
    const std::uint8_t* source = pixels.ptr<std::uint8_t>(row);
    const auto [first_row, first_column] = turn(row, 0);
    const auto [next_row, next_column] = turn(row, 1);
    const std::ptrdiff_t step =
        3 * (static_cast<std::ptrdiff_t>(next_row - first_row) * image.width +
             (next_column - first_column));
    std::uint8_t* target = image.pixel(first_row, first_column);
    for (int column = 0; column < pixels.cols; ++column, source += n_channels, target += step) {
      for (int c = 0; c < 3; ++c) {
        const int value = n_channels == 1 ? source[0] : source[2 - c];
        target[c] = over_grey(value, n_channels == 4 ? source[3] : 255);
      }
    }
  }
  return image;
}

RgbImage decode_bytes(std::vector<std::uint8_t> bytes) {
  const ImageProbe probe = probe_image(bytes);
  if (const std::string advice = advice_for(probe.format); !advice.empty())
    throw ImageError("is " + std::string(name_of(probe.format)), advice);
  if (probe.width > 0 && probe.height > 0) check_size(probe.width, probe.height);
  if (probe.is_truncated) throw ImageError("is truncated", "its end mark is missing");
  if (can_decode_heif(probe.format)) return decode_heif(bytes, check_size);
  if (probe.format == ImageFormat::tiff) bytes = with_upright_tag(std::move(bytes));
  const cv::Mat pixels = to_8_bits(decode_pixels(bytes, probe));
  check_size(pixels.cols, pixels.rows);
  if (pixels.channels() != 1 && pixels.channels() != 3 && pixels.channels() != 4) {
    throw ImageError("is not an image",
                     "it has " + std::to_string(pixels.channels()) + " channels");
  }
  return to_rgb(pixels, probe.orientation);
}

}  // namespace

RgbImage decode_image(const std::filesystem::path& path) { return decode_bytes(read_bytes(path)); }

RgbImage decode_image(const Sample& sample, const std::filesystem::path& path) {
  const TarMember& member = path == sample.path ? sample.member : sample.second_member;
  return member.shard ? decode_bytes(member.shard->read(member.offset, member.size))
                      : decode_image(path);
}

std::string opencv_version() { return CV_VERSION; }

std::string libheif_version() { return heif_library_version(); }

}  // namespace csm
