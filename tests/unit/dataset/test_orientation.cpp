#include <gtest/gtest.h>

#include "image_probe.h"
#include "quarters.h"

namespace csm::test {
namespace {

enum class Endian { big, little };
enum class TiffKind { classic, big };

/// Numbers one after the other.
class Writer {
 public:
  explicit Writer(Endian endian) : endian_(endian) {}
  void put(std::uint64_t value, int n_bytes) {
    for (int i = 0; i < n_bytes; ++i) {
      const int shift = 8 * (endian_ == Endian::little ? i : n_bytes - 1 - i);
      bytes.push_back(static_cast<char>(value >> static_cast<unsigned>(shift) & 0xFFU));
    }
  }
  std::string bytes;

 private:
  Endian endian_;
};

/// An uncompressed RGB TIFF file, its pixels before its directory. @param bits of a channel, 8 or
/// 16
std::string tiff(const cv::Mat& image, int orientation, int bits, Endian endian,
                 TiffKind kind = TiffKind::classic) {
  const int n_offset = kind == TiffKind::big ? 8 : 4;
  const std::size_t header = kind == TiffKind::big ? 16 : 8;
  const auto n_pixel_bytes = static_cast<std::uint64_t>(image.rows * image.cols * 3 * bits / 8);
  Writer file(endian);
  file.bytes = endian == Endian::little ? "II" : "MM";
  file.put(kind == TiffKind::big ? 43 : 42, 2);
  if (kind == TiffKind::big) file.put(8, 2);  // bytes of an offset
  if (kind == TiffKind::big) file.put(0, 2);
  file.put(header + n_pixel_bytes, n_offset);
  for (int row = 0; row < image.rows; ++row) {
    for (int column = 0; column < image.cols; ++column) {
      const auto& pixel = image.at<cv::Vec3b>(row, column);
      for (const int c : {2, 1, 0}) file.put(bits == 16 ? 257U * pixel[c] : pixel[c], bits / 8);
    }
  }
  const auto width = static_cast<std::uint64_t>(image.cols);
  const auto height = static_cast<std::uint64_t>(image.rows);
  const std::vector<std::pair<int, std::uint64_t>> tags = {
      {256, width},  {257, height},      {258, bits}, {259, 1},      {262, 2},
      {273, header}, {274, orientation}, {277, 3},    {278, height}, {279, n_pixel_bytes}};
  file.put(tags.size(), kind == TiffKind::big ? 8 : 2);
  for (const auto& [tag, value] : tags) {
    const bool is_long = tag == 273 || tag == 279;
    file.put(static_cast<std::uint64_t>(tag), 2);
    file.put(is_long ? 4 : 3, 2);
    file.put(1, n_offset);
    file.put(value, is_long ? 4 : 2);
    file.put(0, n_offset - (is_long ? 4 : 2));
  }
  file.put(0, n_offset);
  return file.bytes;
}

std::uint32_t crc_of(const std::string& bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint8_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

/// The PNG with a chunk eXIf after its header.
std::string with_png_exif(const std::string& png, int orientation) {
  constexpr std::size_t end_of_header = 8 + 25;
  const std::string body = "eXIf" + exif_block(orientation);
  Writer chunk(Endian::big);
  chunk.put(body.size() - 4, 4);
  chunk.bytes += body;
  chunk.put(crc_of(body), 4);
  return png.substr(0, end_of_header) + chunk.bytes + png.substr(end_of_header);
}

/// The WebP file in its extended form with a chunk EXIF.
std::string with_webp_exif(const std::string& webp, int width, int height, int orientation) {
  constexpr std::uint64_t exif_flag = 0x08;
  Writer body(Endian::little);
  body.bytes = "WEBPVP8X";
  body.put(10, 4);
  body.put(exif_flag, 4);
  body.put(static_cast<std::uint64_t>(width - 1), 3);
  body.put(static_cast<std::uint64_t>(height - 1), 3);
  body.bytes += webp.substr(12) + "EXIF";
  const std::string exif = exif_block(orientation);
  body.put(exif.size(), 4);
  body.bytes += exif;
  Writer file(Endian::little);
  file.bytes = "RIFF";
  file.put(body.bytes.size(), 4);
  return file.bytes + body.bytes;
}

/// Expects the file of each orientation to show what viewers show: turned once.
template <class MakeFile>
void expect_turned_once(const std::string& format, const MakeFile& make_file) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    const RgbImage image = decode(make_file(orientation));
    EXPECT_EQ(corners(image), shown_corners[static_cast<std::size_t>(orientation - 1)])
        << format << " " << orientation;
    EXPECT_EQ(image.height, orientation >= 5 ? 64 : 32) << format << " " << orientation;
  }
  EXPECT_EQ(corners(decode(make_file(9))), "rgbw")
      << format << ": a value out of range means upright";
}

TEST(Orientation, is_applied_once_in_every_format) {
  const cv::Mat image = quarters(32, 64);
  const std::string jpeg = encode(image, ".jpg");
  const std::string png = encode(image, ".png");
  const std::string webp = encode(image, ".webp", {cv::IMWRITE_WEBP_QUALITY, 101});
  expect_turned_once("JPEG", [&](int o) { return with_jpeg_exif(jpeg, o); });
  expect_turned_once("PNG", [&](int o) { return with_png_exif(png, o); });
  expect_turned_once("WebP", [&](int o) { return with_webp_exif(webp, 64, 32, o); });
}

TEST(Orientation, is_applied_once_in_every_kind_of_tiff) {
  const cv::Mat image = quarters(32, 64);
  for (const Endian endian : {Endian::little, Endian::big}) {
    for (const int bits : {8, 16}) {
      const std::string name =
          std::to_string(bits) + (endian == Endian::little ? " little" : " big");
      expect_turned_once("TIFF " + name, [&](int o) { return tiff(image, o, bits, endian); });
      expect_turned_once("BigTIFF " + name,
                         [&](int o) { return tiff(image, o, bits, endian, TiffKind::big); });
    }
  }
}

TEST(Orientation, of_a_tiff_is_set_to_upright_without_other_changes) {
  const cv::Mat image = quarters(32, 64);
  for (const Endian endian : {Endian::little, Endian::big}) {
    const std::string turned = tiff(image, 6, 8, endian);
    const std::vector<std::uint8_t> bytes = with_upright_tag({turned.begin(), turned.end()});
    EXPECT_EQ(std::string(bytes.begin(), bytes.end()), tiff(image, 1, 8, endian));
  }
  EXPECT_EQ(with_upright_tag({'I', 'I', '*', 0}).size(), 4U);
}

}  // namespace
}  // namespace csm::test
