#include "decode_heif.h"

#include <libheif/heif.h>

#include <memory>
#include <string>

#include "csm/core/error.h"

namespace csm {
namespace {

using Context = std::unique_ptr<heif_context, decltype(&heif_context_free)>;
using Handle = std::unique_ptr<heif_image_handle, decltype(&heif_image_handle_release)>;
using Image = std::unique_ptr<heif_image, decltype(&heif_image_release)>;
using DecodingOptions =
    std::unique_ptr<heif_decoding_options, decltype(&heif_decoding_options_free)>;

void check(const heif_error& error) {
  if (error.code == heif_error_Ok) return;
  const bool is_short = error.subcode == heif_suberror_End_of_data;
  throw ImageError(is_short ? "is truncated" : "is damaged",
                   error.message != nullptr ? error.message : "");
}

Handle primary_image(heif_context* context) {
  heif_image_handle* handle = nullptr;
  check(heif_context_get_primary_image_handle(context, &handle));
  return {handle, heif_image_handle_release};
}

/// The pixels as interleaved 8-bit RGBA, turned and cut as the file demands.
Image decode_pixels(const heif_image_handle* handle) {
  const DecodingOptions options(heif_decoding_options_alloc(), heif_decoding_options_free);
  options->convert_hdr_to_8bit = 1;
  options->strict_decoding = 1;
  heif_image* image = nullptr;
  check(heif_decode_image(handle, &image, heif_colorspace_RGB, heif_chroma_interleaved_RGBA,
                          options.get()));
  return {image, heif_image_release};
}

RgbImage to_rgb(const heif_image* image, bool has_alpha) {
  int stride = 0;
  const std::uint8_t* rows =
      heif_image_get_plane_readonly(image, heif_channel_interleaved, &stride);
  RgbImage result(heif_image_get_height(image, heif_channel_interleaved),
                  heif_image_get_width(image, heif_channel_interleaved));
  for (int row = 0; row < result.height; ++row) {
    const std::uint8_t* source = rows + static_cast<std::ptrdiff_t>(row) * stride;
    for (int column = 0; column < result.width; ++column, source += 4) {
      std::uint8_t* target = result.pixel(row, column);
      for (int c = 0; c < 3; ++c) target[c] = over_grey(source[c], has_alpha ? source[3] : 255);
    }
  }
  return result;
}

}  // namespace

bool can_decode_heif(ImageFormat format) {
  if (format == ImageFormat::avif) return heif_have_decoder_for_format(heif_compression_AV1) != 0;
  return format == ImageFormat::heic && heif_have_decoder_for_format(heif_compression_HEVC) != 0;
}

std::string heif_library_version() { return heif_get_version(); }

RgbImage decode_heif(std::span<const std::uint8_t> bytes,
                     void (*check_size)(std::int64_t, std::int64_t)) {
  const Context context(heif_context_alloc(), heif_context_free);
  heif_context_set_max_decoding_threads(context.get(), 0);  // the ranks of a node share its cores
  check(heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(),
                                                   nullptr));
  const Handle handle = primary_image(context.get());
  check_size(heif_image_handle_get_width(handle.get()), heif_image_handle_get_height(handle.get()));
  const Image image = decode_pixels(handle.get());
  return to_rgb(image.get(), heif_image_handle_has_alpha_channel(handle.get()) != 0);
}

}  // namespace csm
