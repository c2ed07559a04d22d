#pragma once
#include "csm/core/geometry.h"
#include "csm/core/image.h"

namespace csm {

/// The image turned by a quarter counter-clockwise.
RgbImage turn_image(const RgbImage& image);

/// A box of an image `width` px wide, in the image turned by a quarter counter-clockwise.
Box turn_box(const Box& box, int width);

}  // namespace csm
