#include "guided_grad_cam_pp.h"

#include <ATen/ATen.h>

#include "explained_image.h"
#include "grad_cam_pp.h"
#include "input_gradient.h"

namespace csm {
namespace {

MapText describe_guided_grad_cam_pp(const ConfidenceText& confidence) {
  MapText text = describe_layer_map("Guided Grad-CAM++", confidence);
  text.place = "from a layer's feature maps, times the guided gradient by the input";
  text.high += " and the guided gradient is large";
  return text;
}

Grid<float> make_guided_grad_cam_pp_map(ExplainedImage& image) {
  const at::Tensor guided = gradient_magnitude(image, Rectifiers::guided).to(at::kCPU);
  return to_grid(guided *
                 enlarged(grad_cam_pp(image.layer_gradient()), image.height(), image.width()));
}

}  // namespace

SaliencyMethod guided_grad_cam_pp_method() {
  return {
      .facts = {.name = "guided_grad_cam_pp",
                .title = "Guided Grad-CAM++",
                .summary = "Grad-CAM++ times guided backpropagation",
                .cost = "2 forwards, 2 backwards",
                .needs = {.input_gradient = true,
                          .guided_rectifiers = true,
                          .layer = true,
                          .layer_gradient = true}},
      .describe = describe_guided_grad_cam_pp,
      .passes = [](const MethodContext&) { return PassesPerImage{.forwards = 2, .backwards = 2}; },
      .map = make_guided_grad_cam_pp_map};
}

}  // namespace csm
