#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "csm/core/grid.h"

namespace csm {

/// The share of the range of the image's values that is the standard deviation of the noise on
/// imputed pixels, as ROAD has it.
inline constexpr double imputation_noise = 0.01;

/// Returns the image with the pixels that are not known imputed from those that are (noisy linear
/// imputation, Rong et al. 2022, "A consistent and efficient evaluation strategy for attribution
/// methods"): each is the weighted mean of its eight neighbours, 1/6 for those at a side
/// and 1/12 for those at a corner, over the neighbours inside the image, all at once as a system of
/// linear equations; and Gaussian noise on it. So neither a colour nor an edge tells what was
/// removed. If no pixel is known, each has the mean colour.
/// @pre image has shape (1 x 3 x H x W), float32, on the CPU; known (H x W), 0: not known
/// @param noise standard deviation, as a share of the range of the image's values
at::Tensor impute(const at::Tensor& image, const Grid<float>& known, double noise,
                  std::uint64_t seed);

}  // namespace csm
