#include "gradient_maps.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "csm/core/error.h"
#include "noise.h"

namespace csm {
namespace {

/// The sum over copies 0..n-1 of the gradient of each, (3 x H x W), float64; `copies(first, n)` makes a batch of them.
template <class Copies>
at::Tensor sum_of_gradients(const ScoreFunction& score, int n, int batch_size, Copies&& copies) {
  at::Tensor sum;
  for (int first = 0; first < n; first += batch_size) {
    const int n_now = std::min(batch_size, n - first);
    const at::Tensor part = input_gradient(score, copies(first, n_now)).to(at::kCPU, at::kDouble).sum(0);
    sum = sum.defined() ? sum + part : part;
  }
  return sum;
}

}  // namespace

at::Tensor input_gradient(const ScoreFunction& score, const at::Tensor& batch) {
  const c10::AutoGradMode with_gradients(true);
  const at::Tensor leaf = batch.detach().clone().requires_grad_(true);
  const at::Tensor scores = score(leaf);
  if (scores.requires_grad()) scores.sum().backward();
  if (!leaf.grad().defined()) {
    throw InputError({"the network's score cannot be differentiated by its input",
                      "an operator on the way has no gradient, or was cut off from it when the model was exported",
                      "Use --method csm, sliding_occlusion or rise, which need no gradient."});
  }
  return leaf.grad();
}

at::Tensor largest_magnitude(const at::Tensor& gradient) { return gradient.abs().amax(0); }

at::Tensor smooth_gradient(const ScoreFunction& score, const at::Tensor& input, int n_samples, double level,
                           int batch_size, std::uint64_t seed) {
  const double deviation = level * (input.max() - input.min()).item<double>();
  GaussianNoise noise(seed);
  const auto copies = [&](int, int n) {
    std::vector<std::int64_t> shape = input.sizes().vec();
    shape[0] = n;
    return input + noise.draw(shape).to(input.device()) * deviation;
  };
  return sum_of_gradients(score, n_samples, batch_size, copies) / n_samples;
}

at::Tensor integrated_gradient(const ScoreFunction& score, const at::Tensor& input, const at::Tensor& baseline,
                               int n_steps, int batch_size) {
  const at::Tensor way = input - baseline;
  const auto copies = [&](int first, int n) {
    const at::Tensor step = at::arange(first, first + n, input.options()).reshape({n, 1, 1, 1});
    return baseline + way * ((step + 0.5) / n_steps);
  };
  return way[0].to(at::kCPU, at::kDouble) * sum_of_gradients(score, n_steps, batch_size, copies) / n_steps;
}

}  // namespace csm
