#pragma once
#include "saliency_method.h"
#include "score_function.h"

namespace csm {

/// Integrated gradients (Sundararajan, Taly, Yan 2017): (input - baseline) times the mean gradient
/// at the midpoints of n_steps equal parts of the way from the baseline to the input: (3 x H x W).
/// Summed over all values it tends to score(input) - score(baseline).
at::Tensor integrated_gradient(const ScoreFunction& score, const at::Tensor& input,
                               const at::Tensor& baseline, int n_steps, int batch_size);

SaliencyMethod integrated_gradients_method();

}  // namespace csm
