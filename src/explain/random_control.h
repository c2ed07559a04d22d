#pragma once
#include <cstdint>

#include "csm/core/grid.h"
#include "saliency_method.h"

namespace csm {

/// A control that knows nothing of image and network: a 7 x 7 grid of independent uniform numbers
/// in [-1, 1), drawn row by row and enlarged bilinearly to H x W; signed.
Grid<float> random_map(int height, int width, std::uint64_t seed);

SaliencyMethod random_method();

}  // namespace csm
