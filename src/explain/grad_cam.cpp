#include "grad_cam.h"

#include <ATen/ATen.h>

#include "explained_image.h"

namespace csm {

at::Tensor grad_cam(const LayerGradient& layer) {
  return weighted_sum(in_double(layer.gradient).mean(at::IntArrayRef{0, 2, 3}),
                      in_double(layer.value));
}

SaliencyMethod grad_cam_method() {
  return {
      .facts = {.name = "grad_cam",
                .title = "Grad-CAM",
                .summary = "feature maps weighted by their mean gradient (Selvaraju et al. 2017)",
                .cost = "1 forward, 1 backward",
                .needs = {.layer = true, .layer_gradient = true}},
      .describe =
          [](const ConfidenceText& confidence) {
            return describe_layer_map("Grad-CAM", confidence);
          },
      .passes = [](const MethodContext&) { return PassesPerImage{.forwards = 1, .backwards = 1}; },
      .map =
          [](ExplainedImage& image) { return on_input(grad_cam(image.layer_gradient()), image); }};
}

}  // namespace csm
