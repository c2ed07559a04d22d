#include "grad_cam_pp.h"

#include <ATen/ATen.h>

#include "explained_image.h"

namespace csm {

at::Tensor grad_cam_pp(const LayerGradient& layer) {
  const at::Tensor value = in_double(layer.value);
  const at::Tensor gradient = in_double(layer.gradient);
  // g^2 / (2 g^2 + a g^3) = 1 / (2 + a g), which does not underflow.
  const at::Tensor below = value.sum(at::IntArrayRef{2, 3}, true) * gradient + 2;
  const at::Tensor alpha =
      at::where(gradient.eq(0).logical_or(below.eq(0)), 0.0, below.reciprocal());
  return weighted_sum((alpha * at::relu(gradient)).sum(at::IntArrayRef{0, 2, 3}), value);
}

SaliencyMethod grad_cam_pp_method() {
  return {
      .facts = {.name = "grad_cam_pp",
                .title = "Grad-CAM++",
                .summary =
                    "feature maps weighted by their positive gradients (Chattopadhay et al. 2018)",
                .cost = "1 forward, 1 backward",
                .needs = {.layer = true, .layer_gradient = true}},
      .describe =
          [](const ConfidenceText& confidence) {
            return describe_layer_map("Grad-CAM++", confidence);
          },
      .passes = [](const MethodContext&) { return PassesPerImage{.forwards = 1, .backwards = 1}; },
      .map =
          [](ExplainedImage& image) {
            return on_input(grad_cam_pp(image.layer_gradient()), image);
          }};
}

}  // namespace csm
