#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "csm/core/sizes.h"

namespace csm {

/// An 8-bit RGB image, interleaved, row-major, row 0 at the top; pixel (x, y) covers [x, x+1) x [y,
/// y+1).
struct RgbImage {
  int height = 0;
  int width = 0;
  std::vector<std::uint8_t> values;  ///< height * width * 3

  RgbImage() = default;
  RgbImage(int image_height, int image_width)
      : height(image_height),
        width(image_width),
        values(n_pixels_of(image_height, image_width) * 3) {}

  std::uint8_t* pixel(int row, int column) { return values.data() + offset(row, column); }
  const std::uint8_t* pixel(int row, int column) const {
    return values.data() + offset(row, column);
  }

 private:
  std::ptrdiff_t offset(int row, int column) const {
    return (std::ptrdiff_t{row} * width + column) * 3;
  }
};

}  // namespace csm
