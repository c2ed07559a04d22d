#include "smoothgrad.h"

#include <ATen/ATen.h>

#include <vector>

#include "csm/explain/noise.h"
#include "explained_image.h"
#include "input_gradient.h"

namespace csm {
namespace {

MapText describe_smoothgrad(const ConfidenceText& confidence) {
  MapText text = describe_gradient(confidence);
  text.place = "by the normalised input, mean over noisy copies";
  return text;
}

PassesPerImage passes_of_smoothgrad(const MethodContext& context) {
  return {.forwards = context.options.noise_samples, .backwards = context.options.noise_samples};
}

Grid<float> make_smoothgrad_map(ExplainedImage& image) {
  const ExplainOptions& options = image.options();
  return to_grid(largest_magnitude(smooth_gradient(image.gradient_score(), image.clean(),
                                                   options.noise_samples, options.noise_level,
                                                   image.context().gradient_batch, image.seed())));
}

}  // namespace

at::Tensor smooth_gradient(const ScoreFunction& score, const at::Tensor& input, int n_samples,
                           double level, int batch_size, std::uint64_t seed) {
  const double deviation = level * (input.max() - input.min()).item<double>();
  GaussianNoise noise(seed);
  const auto copies = [&](int, int n) -> at::Tensor {
    std::vector<std::int64_t> shape = input.sizes().vec();
    shape[0] = n;
    return input + noise.draw(shape).to(input.device()) * deviation;
  };
  return sum_of_gradients(score, n_samples, batch_size, copies) / n_samples;
}

SaliencyMethod smoothgrad_method() {
  return {
      .facts = {.name = "smoothgrad",
                .title = "SmoothGrad",
                .summary =
                    "as `gradient`, of the mean gradient over noisy copies (Smilkov et al. 2017)",
                .cost = "--noise-samples forwards and backwards",
                .needs = {.input_gradient = true, .seed = true}},
      .describe = describe_smoothgrad,
      .passes = passes_of_smoothgrad,
      .map = make_smoothgrad_map};
}

}  // namespace csm
