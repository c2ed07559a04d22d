#pragma once
#include <filesystem>
#include <string>

#include "csm/core/image.h"
#include "csm/dataset/dataset.h"

namespace csm {

/// Decodes an image file to 8-bit RGB, whatever its extension: JPEG, PNG, WebP, TIFF, BMP, JPEG
/// 2000, PNM, and HEIC and AVIF if the program was built with libheif. EXIF orientation, or HEIC's
/// and AVIF's own turning, is applied once, greyscale spread to three channels, CMYK converted, 16
/// bits scaled to 8, alpha laid over mid grey. Decodes at full size, whatever the size: positions
/// of the data set stay valid (about 6 bytes a pixel while it works). Errors: ImageError with the
/// reason "cannot be read", "is empty", "is not an image", "is GIF" (or another known format that
/// is not decoded), "is truncated" (no end mark), "is damaged" (the decoder met bad data), "is too
/// small" (a side below 16 px) or "is too large" (a side above 32,767 px or more than 400 million
/// pixels; found without decoding).
RgbImage decode_image(const std::filesystem::path& path);

/// Decodes an image of a sample, which is its first or its second one. Errors: as above.
RgbImage decode_image(const Sample& sample, const std::filesystem::path& path);

/// The version of OpenCV.
std::string opencv_version();

/// The version of libheif; "absent" in a program that was built without it.
std::string libheif_version();

}  // namespace csm
