#pragma once
#include <cstdint>

#include "score_function.h"

namespace csm {

/// The gradient of each image's score by its values: (B x 3 x H x W), float32. An image's score must not depend on the
/// others of the batch. Errors: InputError where the score cannot be differentiated by the input.
at::Tensor input_gradient(const ScoreFunction& score, const at::Tensor& batch);

/// max over channels of |g| of a gradient (3 x H x W): (H x W), never negative (Simonyan, Vedaldi, Zisserman 2014, sec.
/// 3).
at::Tensor largest_magnitude(const at::Tensor& gradient);

/// SmoothGrad (Smilkov et al. 2017): the mean gradient (3 x H x W) over copies of the input (1 x 3 x H x W) with
/// Gaussian noise of standard deviation level * (largest - smallest value of the input).
at::Tensor smooth_gradient(const ScoreFunction& score, const at::Tensor& input, int n_samples, double level,
                           int batch_size, std::uint64_t seed);

/// Integrated gradients (Sundararajan, Taly, Yan 2017): (input - baseline) times the mean gradient at the midpoints of
/// n_steps equal parts of the way from the baseline to the input: (3 x H x W). Summed over all values it tends to
/// score(input) - score(baseline).
at::Tensor integrated_gradient(const ScoreFunction& score, const at::Tensor& input, const at::Tensor& baseline,
                               int n_steps, int batch_size);

}  // namespace csm
