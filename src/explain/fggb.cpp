#include "fggb.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "csm/model/class_scores.h"
#include "explained_image.h"

namespace csm {
namespace {

MapText describe_fggb(const ConfidenceText& confidence) {
  return {.value = "gradient of the embedding, weighted by what it adds to the " + confidence.name,
          .unit = "1",
          .place = "by the normalised input",
          .high = "places whose features raise the network's " + confidence.name,
          .low = "places whose features lower it"};
}

/// Copies of the image in a pass. A function of the model and the options only.
int n_copies(const MethodContext& context) {
  return std::min(context.gradient_batch, n_scores(context.network.contract()));
}

PassesPerImage passes_of_fggb(const MethodContext& context) {
  const std::int64_t n = n_copies(context);
  const std::int64_t n_numbers = n_scores(context.network.contract());
  return {.forwards = n, .backwards = (n_numbers + n - 1) / n * n};
}

Grid<float> make_fggb_map(ExplainedImage& image) {
  return to_grid(fggb(image.gradient_embedding(), image.clean(),
                      embedding_reference(image.target()), n_copies(image.context())));
}

}  // namespace

at::Tensor fggb(const EmbeddingFunction& embedding, const at::Tensor& image,
                const EmbeddingReference& reference, int batch_size) {
  UnitEmbedding copies(embedding, image.expand({batch_size, -1, -1, -1}));
  const at::Tensor weights = copies.contributions(reference);
  const std::int64_t n_numbers = weights.size(0);
  at::Tensor sum = at::zeros({image.size(2), image.size(3)}, at::kDouble);
  for (std::int64_t first = 0; first < n_numbers; first += batch_size) {
    // Copy i gives the gradient of number first + i.
    const std::int64_t n_now = std::min<std::int64_t>(batch_size, n_numbers - first);
    at::Tensor choice = at::zeros({batch_size, n_numbers}, at::kDouble);
    choice.narrow(0, 0, n_now).narrow(1, first, n_now).fill_diagonal_(1);
    const at::Tensor magnitude = copies.gradient(choice).narrow(0, 0, n_now).abs().mean(1);

    // A number that does not depend on the image has no gradient and counts nothing.
    const at::Tensor norm =
        magnitude.square().sum({1, 2}).sqrt().clamp_min(std::numeric_limits<double>::min());
    sum += ((weights.narrow(0, first, n_now) / norm).reshape({-1, 1, 1}) * magnitude).sum(0);
  }
  return sum * reference.sign;
}

SaliencyMethod fggb_method() {
  return {.facts = {.name = "fggb",
                    .title = "FGGB",
                    .summary = "gradients of the numbers of the embedding at unit length, weighted "
                               "by what each adds to the similarity (Lu et al. 2024)",
                    .cost = "1 forward a copy in a batch, 1 backward a number of the embedding",
                    .needs = {.input_gradient = true, .reference = true}},
          .describe = describe_fggb,
          .passes = passes_of_fggb,
          .map = make_fggb_map};
}

}  // namespace csm
