#pragma once
#include <cstdint>
#include <span>
#include <string>

#include "csm/core/image.h"
#include "image_format.h"

namespace csm {

/// Whether HEIC, or AVIF, is decoded: libheif was there at the build, and has a decoder for it.
bool can_decode_heif(ImageFormat format);

/// Decodes the primary image of a HEIC or AVIF file to 8-bit RGB, turned and cut as the file
/// demands, alpha laid over mid grey. The orientation in its EXIF block is not applied: the
/// format's own turning replaces it.
/// @param check_size called with width and height [px] before the pixels are decoded; it throws for
/// a bad size
/// @pre can_decode_heif(format of the bytes)
/// Errors: ImageError "is truncated" or "is damaged", and what check_size throws.
RgbImage decode_heif(std::span<const std::uint8_t> bytes,
                     void (*check_size)(std::int64_t, std::int64_t));

/// The version of libheif; "absent" without it.
std::string heif_library_version();

/// A channel's value laid over mid grey by its alpha; both in 0..255.
inline std::uint8_t over_grey(int value, int alpha) {
  constexpr int grey = 128;
  return static_cast<std::uint8_t>((value * alpha + grey * (255 - alpha) + 127) / 255);
}

}  // namespace csm
