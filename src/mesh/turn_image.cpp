#include "turn_image.h"

#include <algorithm>

namespace csm {

RgbImage turn_image(const RgbImage& image) {
  RgbImage turned(image.width, image.height);
  for (int row = 0; row < turned.height; ++row) {
    for (int column = 0; column < turned.width; ++column)
      std::copy_n(image.pixel(column, image.width - 1 - row), 3, turned.pixel(row, column));
  }
  return turned;
}

Box turn_box(const Box& box, int width) {
  return {box.y, width - box.x - box.width, box.height, box.width};
}

}  // namespace csm
