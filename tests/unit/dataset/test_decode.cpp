#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "csm/core/error.h"
#include "csm/dataset/decode.h"
#include "quarters.h"
#include "support/message_of.h"

namespace csm {
namespace {

using test::corners;
using test::decode;
using test::encode;
using test::pixel;
using test::quarters;
using test::reason_of;
using test::TemporaryFolder;
using test::with_jpeg_exif;

using testing::HasSubstr;

TEST(Decode, GivesRgbInTheRightOrder) {
  const RgbImage image = decode(encode(quarters(20, 40), ".png"));
  EXPECT_EQ(image.height, 20);
  EXPECT_EQ(image.width, 40);
  EXPECT_EQ(corners(image), "rgbw");
  EXPECT_EQ(pixel(image, 0, 0), (std::vector{255, 0, 0}));
  EXPECT_EQ(corners(decode(encode(quarters(20, 40), ".jpg"))), "rgbw");
  EXPECT_EQ(corners(decode(encode(quarters(20, 40), ".bmp"))), "rgbw");
  EXPECT_EQ(corners(decode(encode(quarters(20, 40), ".tiff"))), "rgbw");
  EXPECT_EQ(corners(decode(encode(quarters(20, 40), ".webp"))), "rgbw");
}

TEST(Decode, SpreadsGreyToThreeChannels) {
  const cv::Mat grey(20, 20, CV_8UC1, cv::Scalar(77));
  EXPECT_EQ(pixel(decode(encode(grey, ".png")), 5, 5), (std::vector{77, 77, 77}));
  EXPECT_EQ(pixel(decode(encode(grey, ".jpg")), 5, 5), (std::vector{77, 77, 77}));
}

TEST(Decode, ScalesSixteenBitsToEight) {
  const cv::Mat deep(20, 20, CV_16UC3, cv::Scalar(65535, 257 * 100, 0));
  EXPECT_EQ(pixel(decode(encode(deep, ".png")), 5, 5), (std::vector{0, 100, 255}));
}

TEST(Decode, LaysAlphaOverMidGrey) {
  cv::Mat image(20, 20, CV_8UC4, cv::Scalar(0, 0, 255, 0));
  image(cv::Rect(10, 0, 10, 20)).setTo(cv::Scalar(0, 0, 255, 255));
  image(cv::Rect(0, 10, 10, 10)).setTo(cv::Scalar(0, 0, 255, 51));
  const RgbImage result = decode(encode(image, ".png"));
  EXPECT_EQ(pixel(result, 5, 5), (std::vector{128, 128, 128}));
  EXPECT_EQ(pixel(result, 5, 15), (std::vector{255, 0, 0}));
  EXPECT_EQ(pixel(result, 15, 5), (std::vector{153, 102, 102}));
}

TEST(Decode, NamesTheReasonOfEveryBadFile) {
  const TemporaryFolder folder;
  const auto reason = [](const std::filesystem::path& path) {
    try {
      decode_image(path);
    } catch (const ImageError& error) {
      return error.reason();
    }
    return std::string("decoded");
  };
  EXPECT_EQ(reason(folder.path() / "none.jpg"), "cannot be read");
  EXPECT_THAT(test::message_of<ImageError>([&] { decode_image(folder.path() / "none.jpg"); }),
              HasSubstr((folder.path() / "none.jpg").string()));
  EXPECT_EQ(reason(folder.path()), "cannot be read");
  EXPECT_EQ(reason_of(""), "is empty");
  EXPECT_EQ(reason_of("no image at all, only text in a file"), "is not an image");
  EXPECT_EQ(reason_of(encode(quarters(1, 1), ".png")), "is too small");
  EXPECT_EQ(reason_of(encode(quarters(15, 200), ".jpg")), "is too small");
  EXPECT_EQ(reason_of(encode(quarters(16, 200), ".jpg")), "decoded");
}

TEST(Decode, NamesFormatsThatItDoesNotDecode) {
  EXPECT_EQ(reason_of("GIF89a and so on"), "is GIF");
  EXPECT_EQ(reason_of(std::string("RIFF\x40\0\0\0WEBPVP8X\x0A\0\0\0\x02\0\0\0", 24)),
            "is animated WebP");
  EXPECT_EQ(reason_of(std::string("\0\0\0\x0CJXL \r\n\x87\n", 12)), "is JPEG XL");
}

TEST(Decode, FindsTruncatedFilesOfEveryFormat) {
  cv::Mat noise(120, 100, CV_8UC3);
  cv::randu(noise, 0, 255);
  for (const std::string extension : {".jpg", ".png", ".bmp", ".webp"}) {
    const std::string whole = encode(noise, extension);
    ASSERT_EQ(reason_of(whole), "decoded") << extension;
    EXPECT_EQ(reason_of(whole.substr(0, whole.size() / 2)), "is truncated") << extension;
    EXPECT_EQ(reason_of(whole.substr(0, whole.size() - 1)), "is truncated") << extension;
  }
  const std::string jpeg = encode(noise, ".jpg");
  EXPECT_EQ(reason_of(jpeg + "bytes of a sloppy program after the end"), "decoded");
  const std::string with_thumbnail = with_jpeg_exif(jpeg, 1);
  EXPECT_EQ(reason_of(with_thumbnail.substr(0, with_thumbnail.size() / 2)), "is truncated");
}

TEST(Decode, FindsDamagedPixelData) {
  cv::Mat noise(200, 200, CV_8UC3);
  cv::randu(noise, 0, 255);
  std::string png = encode(noise, ".png");
  for (std::size_t i = png.size() / 2; i < png.size() / 2 + 50; ++i)
    png[i] = static_cast<char>(png[i] ^ 0x55);
  EXPECT_EQ(reason_of(png), "is damaged");
  std::string jpeg = encode(noise, ".jpg");
  jpeg.erase(jpeg.size() / 2, 400);  // the coded data end early, though the end mark is there
  EXPECT_EQ(reason_of(jpeg), "is damaged");
}

TEST(Decode, RefusesHugeImagesByTheirHeaderAlone) {
  std::string png = encode(quarters(20, 20), ".png");
  png[16] = 0;  // width 0x0000FFFF
  png[17] = 0;
  png[18] = static_cast<char>(0xFF);
  png[19] = static_cast<char>(0xFF);
  EXPECT_EQ(reason_of(png), "is too large");
  EXPECT_EQ(decode(encode(quarters(16, 20000), ".png")).width, 20000);
}

TEST(Decode, KeepsTheLibrariesFromPrinting) {
  cv::Mat noise(100, 100, CV_8UC3);
  cv::randu(noise, 0, 255);
  std::string jpeg = encode(noise, ".jpg");
  jpeg.erase(jpeg.size() / 2, 300);
  const TemporaryFolder folder;
  const auto log = folder.write("stderr", "");
  const int saved = dup(STDERR_FILENO);
  ASSERT_NE(std::freopen(log.c_str(), "w", stderr), nullptr);
  const std::string reason = reason_of(jpeg);
  std::fputs("our own line\n", stderr);
  std::fflush(stderr);
  dup2(saved, STDERR_FILENO);
  close(saved);
  std::ifstream stream(log);
  const std::string printed{std::istreambuf_iterator<char>(stream),
                            std::istreambuf_iterator<char>()};
  EXPECT_EQ(reason, "is damaged");
  EXPECT_EQ(printed, "our own line\n");
}

// 32 x 16 px CMYK JPEG, left half ink (0, 255, 255, 0) = red, right half (255, 0, 255, 0) = green,
// as Adobe's programs write it: inverted, with an APP14 marker. Written by Pillow 13:
// Image.merge("CMYK", ...).save("x.jpg", quality=90).
constexpr const char* cmyk_jpeg_hex =
#include "cmyk_jpeg.inc"
    ;

TEST(Decode, ConvertsCmykJpegs) {
  std::string bytes;
  const std::string hex = cmyk_jpeg_hex;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  const RgbImage image = decode(bytes);
  ASSERT_EQ(image.width, 32);
  const auto left = pixel(image, 8, 4);
  const auto right = pixel(image, 8, 28);
  EXPECT_GT(left[0], 230);
  EXPECT_LT(left[1] + left[2], 40);
  EXPECT_GT(right[1], 230);
  EXPECT_LT(right[0] + right[2], 40);
}

}  // namespace
}  // namespace csm
