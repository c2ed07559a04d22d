#pragma once
#include <span>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"
#include "saliency_method.h"

namespace csm {

/// A control that knows where the face is and nothing else: exp(-d^2 / (2 sigma^2)), d the distance
/// of a pixel's centre from the mean of the vertices [px of the input] and sigma^2 the mean of
/// their variances along x and y; in (0, 1]. All 0 without a vertex.
Grid<float> centre_gaussian_map(std::span<const Point2> vertices, int height, int width);

SaliencyMethod centre_gaussian_method();

}  // namespace csm
