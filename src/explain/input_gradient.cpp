#include "input_gradient.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <algorithm>

#include "csm/core/error.h"
#include "explained_image.h"
#include "saliency_method.h"

namespace csm {

at::Tensor input_gradient(const ScoreFunction& score, const at::Tensor& batch) {
  const c10::AutoGradMode with_gradients(true);
  const at::Tensor leaf = batch.detach().clone().requires_grad_(true);
  const at::Tensor scores = score(leaf);
  if (scores.requires_grad()) scores.sum().backward();
  if (!leaf.grad().defined()) {
    throw InputError({"the network's score cannot be differentiated by its input",
                      "an operator on the way has no gradient, or was cut off from it when the "
                      "model was exported",
                      "Use --method " + advise_methods([](const MethodNeeds& needs) {
                        return !needs.input_gradient && !needs.layer;
                      }) + ", which need no gradient."});
  }
  return leaf.grad();
}

at::Tensor sum_of_gradients(const ScoreFunction& score, int n, int batch_size,
                            const std::function<at::Tensor(int first, int n_now)>& images) {
  at::Tensor sum;
  for (int first = 0; first < n; first += batch_size) {
    const int n_now = std::min(batch_size, n - first);
    const at::Tensor part =
        input_gradient(score, images(first, n_now)).to(at::kCPU, at::kDouble).sum(0);
    sum = sum.defined() ? sum + part : part;
  }
  return sum;
}

at::Tensor largest_magnitude(const at::Tensor& gradient) { return gradient.abs().amax(0); }

at::Tensor gradient_magnitude(ExplainedImage& image, Rectifiers rectifiers) {
  return largest_magnitude(input_gradient(image.gradient_score(rectifiers), image.clean())[0]);
}

MapText describe_gradient(const ConfidenceText& confidence) {
  return {.value = "largest gradient of the " + confidence.name + " over the colours",
          .unit = confidence.unit,
          .place = "by the normalised input",
          .high = "places where a small change of the colour changes the network's " +
                  confidence.name + " most",
          .low = ""};
}

}  // namespace csm
