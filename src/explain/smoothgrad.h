#pragma once
#include <cstdint>

#include "saliency_method.h"
#include "score_function.h"

namespace csm {

/// SmoothGrad (Smilkov et al. 2017): the mean gradient (3 x H x W) over copies of the input (1 x 3
/// x H x W) with Gaussian noise of standard deviation level * (largest - smallest value of the
/// input).
at::Tensor smooth_gradient(const ScoreFunction& score, const at::Tensor& input, int n_samples,
                           double level, int batch_size, std::uint64_t seed);

SaliencyMethod smoothgrad_method();

}  // namespace csm
