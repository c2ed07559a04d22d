#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace csm {

enum class ImageFormat {
  unknown,
  jpeg,
  png,
  bmp,
  tiff,
  webp,
  portable_map,
  jpeg_2000,
  heic,
  avif,
  animated_webp,
  gif,
  jpeg_xl,
};

/// Whether the bytes from a position on are those of a text; not if they end before it does.
bool has_text(std::span<const std::uint8_t> bytes, std::size_t at, std::string_view text);

/// How many first bytes of a file identify its format.
inline constexpr std::size_t n_format_bytes = 64;

/// The format by the first bytes of a file, whatever its extension; at least n_format_bytes of it,
/// or all.
ImageFormat format_of(std::span<const std::uint8_t> bytes);

/// "JPEG", "animated WebP"; empty for the unknown.
std::string_view name_of(ImageFormat format);

/// Whether this program decodes the format: HEIC and AVIF if it was built with libheif.
bool can_decode(ImageFormat format);

/// What to do with a file of a format that is not decoded, a sentence; empty for the others.
std::string advice_for(ImageFormat format);

}  // namespace csm
