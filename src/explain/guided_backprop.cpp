#include "guided_backprop.h"

#include "explained_image.h"
#include "input_gradient.h"

namespace csm {
namespace {

MapText describe_guided_backprop(const ConfidenceText& confidence) {
  MapText text = describe_gradient(confidence);
  text.value = "largest guided gradient of the " + confidence.name + " over the colours";
  return text;
}

}  // namespace

SaliencyMethod guided_backprop_method() {
  return {
      .facts = {.name = "guided_backprop",
                .title = "Guided backpropagation",
                .summary = "as `gradient`, rectifiers pass on positive gradients only "
                           "(Springenberg et al. 2015)",
                .cost = "1 forward, 1 backward",
                .needs = {.input_gradient = true, .guided_rectifiers = true}},
      .describe = describe_guided_backprop,
      .passes = [](const MethodContext&) { return PassesPerImage{.forwards = 1, .backwards = 1}; },
      .map =
          [](ExplainedImage& image) {
            return to_grid(gradient_magnitude(image, Rectifiers::guided));
          }};
}

}  // namespace csm
