#include "integrated_gradients.h"

#include <ATen/ATen.h>

#include "explained_image.h"
#include "input_gradient.h"

namespace csm {
namespace {

MapText describe_integrated_gradients(const ConfidenceText& confidence) {
  return {.value = "integrated gradient of the " + confidence.name,
          .unit = confidence.unit,
          .place = "summed over the colours of a pixel",
          .high = "places that raise the network's " + confidence.name +
                  " above that of an image of the fill",
          .low = "places that lower it"};
}

PassesPerImage passes_of_integrated_gradients(const MethodContext& context) {
  return {.forwards = context.options.integration_steps,
          .backwards = context.options.integration_steps};
}

Grid<float> make_integrated_gradients_map(ExplainedImage& image) {
  return to_grid(integrated_gradient(image.gradient_score(), image.clean(), image.fill(),
                                     image.options().integration_steps,
                                     image.context().gradient_batch)
                     .sum(0));
}

}  // namespace

at::Tensor integrated_gradient(const ScoreFunction& score, const at::Tensor& input,
                               const at::Tensor& baseline, int n_steps, int batch_size) {
  const at::Tensor way = input - baseline;
  const auto points = [&](int first, int n) -> at::Tensor {
    const at::Tensor step = at::arange(first, first + n, input.options()).reshape({n, 1, 1, 1});
    return baseline + way * ((step + 0.5) / n_steps);
  };
  return way[0].to(at::kCPU, at::kDouble) * sum_of_gradients(score, n_steps, batch_size, points) /
         n_steps;
}

SaliencyMethod integrated_gradients_method() {
  return {.facts = {.name = "integrated_gradients",
                    .title = "Integrated gradients",
                    .summary = "sum over the colours of the gradients at --integration-steps "
                               "midpoints from the fill "
                               "to the image, times the way (Sundararajan et al. 2017)",
                    .cost = "--integration-steps forwards and backwards",
                    .needs = {.input_gradient = true}},
          .describe = describe_integrated_gradients,
          .passes = passes_of_integrated_gradients,
          .map = make_integrated_gradients_map};
}

}  // namespace csm
