// HEIC and AVIF files that libheif's encoders write here; a format without an encoder is skipped.
#include <gtest/gtest.h>
#include <libheif/heif.h>

#include <memory>

#include "image_format.h"
#include "quarters.h"

namespace csm::test {
namespace {

using Context = std::unique_ptr<heif_context, decltype(&heif_context_free)>;

struct Settings {
  heif_compression_format format = heif_compression_HEVC;
  int orientation = 1;       ///< by the format's own turning
  int exif_orientation = 0;  ///< 0: no EXIF block
  int alpha = 255;
};

void expect_ok(const heif_error& error) { EXPECT_EQ(error.code, heif_error_Ok) << error.message; }

/// The image as interleaved RGBA of libheif. @pre the image is BGR
heif_image* to_heif(const cv::Mat& image, int alpha) {
  heif_image* result = nullptr;
  expect_ok(heif_image_create(image.cols, image.rows, heif_colorspace_RGB,
                              heif_chroma_interleaved_RGBA, &result));
  expect_ok(heif_image_add_plane(result, heif_channel_interleaved, image.cols, image.rows, 8));
  int stride = 0;
  std::uint8_t* rows = heif_image_get_plane(result, heif_channel_interleaved, &stride);
  for (int row = 0; row < image.rows; ++row) {
    for (int column = 0; column < image.cols; ++column) {
      const auto& pixel = image.at<cv::Vec3b>(row, column);
      std::uint8_t* target = rows + static_cast<std::ptrdiff_t>(row) * stride +
                             static_cast<std::ptrdiff_t>(column) * 4;
      for (int c = 0; c < 3; ++c) target[c] = pixel[2 - c];
      target[3] = static_cast<std::uint8_t>(alpha);
    }
  }
  return result;
}

heif_error append(heif_context* /*context*/, const void* data, std::size_t size, void* text) {
  static_cast<std::string*>(text)->append(static_cast<const char*>(data), size);
  return {heif_error_Ok, heif_suberror_Unspecified, "ok"};
}

/// The file of an image; empty if there is no encoder.
std::string encode_heif(const cv::Mat& image, const Settings& settings) {
  const Context context(heif_context_alloc(), heif_context_free);
  heif_encoder* encoder = nullptr;
  if (heif_context_get_encoder_for_format(context.get(), settings.format, &encoder).code !=
      heif_error_Ok)
    return "";
  expect_ok(heif_encoder_set_lossy_quality(encoder, 95));
  heif_encoding_options* options = heif_encoding_options_alloc();
  options->image_orientation = static_cast<heif_orientation>(settings.orientation);
  heif_image* pixels = to_heif(image, settings.alpha);
  heif_image_handle* handle = nullptr;
  expect_ok(heif_context_encode_image(context.get(), pixels, encoder, options, &handle));
  if (settings.exif_orientation > 0) {
    const std::string exif = std::string("Exif\0\0", 6) + exif_block(settings.exif_orientation);
    expect_ok(heif_context_add_exif_metadata(context.get(), handle, exif.data(),
                                             static_cast<int>(exif.size())));
  }
  heif_image_handle_release(handle);
  heif_image_release(pixels);
  heif_encoding_options_free(options);
  heif_encoder_release(encoder);
  std::string bytes;
  heif_writer writer{1, append};
  expect_ok(heif_context_write(context.get(), &writer, &bytes));
  return bytes;
}

class DecodeHeif : public testing::TestWithParam<heif_compression_format> {
 protected:
  void SetUp() override {
    whole_ = encode_heif(quarters(64, 128), {.format = GetParam()});
    if (whole_.empty()) GTEST_SKIP() << "libheif has no encoder for this format";
    format_ = GetParam() == heif_compression_HEVC ? ImageFormat::heic : ImageFormat::avif;
    ASSERT_TRUE(can_decode(format_));
  }
  std::string whole_;
  ImageFormat format_ = ImageFormat::heic;
};

TEST_P(DecodeHeif, turns_once_by_the_format_and_not_by_exif) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    for (const int exif : {0, orientation}) {
      const RgbImage image = decode(encode_heif(
          quarters(64, 128),
          {.format = GetParam(), .orientation = orientation, .exif_orientation = exif}));
      EXPECT_EQ(corners(image), shown_corners[static_cast<std::size_t>(orientation - 1)])
          << orientation;
      EXPECT_EQ(image.height, orientation >= 5 ? 128 : 64) << orientation;
    }
  }
}

TEST_P(DecodeHeif, keeps_colours_and_lays_alpha_over_grey) {
  const std::vector<int> red = pixel(decode(whole_), 8, 8);
  EXPECT_NEAR(red[0], 255, 6);
  EXPECT_NEAR(red[1], 0, 6);
  const std::vector<int> clear =
      pixel(decode(encode_heif(quarters(64, 128), {.format = GetParam(), .alpha = 0})), 8, 8);
  for (const int value : clear) EXPECT_NEAR(value, 128, 2);
}

TEST_P(DecodeHeif, names_the_reason_of_bad_files) {
  const std::vector<std::uint8_t> bytes(whole_.begin(), whole_.end());
  EXPECT_EQ(format_of(bytes), format_);
  EXPECT_EQ(reason_of(whole_.substr(0, whole_.size() - 40)), "is truncated");
  EXPECT_EQ(reason_of(whole_.substr(0, 40)), "is damaged");
  EXPECT_EQ(reason_of(encode_heif(quarters(64, 14), {.format = GetParam()})), "is too small");
}

INSTANTIATE_TEST_SUITE_P(Formats, DecodeHeif,
                         testing::Values(heif_compression_HEVC, heif_compression_AV1),
                         [](const auto& one) {
                           return one.param == heif_compression_HEVC ? "heic" : "avif";
                         });

}  // namespace
}  // namespace csm::test
