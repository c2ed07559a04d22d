#include "gradient.h"

#include "explained_image.h"
#include "input_gradient.h"

namespace csm {

SaliencyMethod gradient_method() {
  return {
      .facts = {.name = "gradient",
                .title = "Gradient",
                .summary =
                    "max over the colours of the gradient's magnitude (Simonyan et al. 2014)",
                .cost = "1 forward, 1 backward",
                .needs = {.input_gradient = true}},
      .describe = describe_gradient,
      .passes = [](const MethodContext&) { return PassesPerImage{.forwards = 1, .backwards = 1}; },
      .map =
          [](ExplainedImage& image) {
            return to_grid(gradient_magnitude(image, Rectifiers::as_they_are));
          }};
}

}  // namespace csm
