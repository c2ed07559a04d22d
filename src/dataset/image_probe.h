#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image_format.h"

namespace csm {

/// What is known of an image file before its pixels are decoded.
struct ImageProbe {
  ImageFormat format = ImageFormat::unknown;
  std::int64_t width = 0;   ///< [px]; 0 if it is not known before decoding
  std::int64_t height = 0;  ///< [px]
  int orientation = 1;      ///< EXIF orientation, 1 to 8
  bool is_truncated = false;
};

/// Reads the header of an image file and walks over its parts up to the end mark. Never throws; a
/// damaged header gives what was readable.
ImageProbe probe_image(std::span<const std::uint8_t> bytes);

/// The orientation tag of a TIFF structure (an EXIF block without its "Exif\0\0", or a TIFF file);
/// 1 if there is none.
int exif_orientation(std::span<const std::uint8_t> tiff);

/// A TIFF file whose orientation tag is 1, upright. OpenCV's TIFF decoder turns by the tag itself,
/// even if it is asked to leave pixels as they are, and does not for any other format: with this
/// tag no version of it turns.
std::vector<std::uint8_t> with_upright_tag(std::vector<std::uint8_t> tiff);

}  // namespace csm
