#include "xssab.h"

#include <ATen/ATen.h>

#include "explained_image.h"

namespace csm {
namespace {

MapText describe_xssab(const ConfidenceText& confidence) {
  return {
      .value = "gradient of the arguments for less that of those against the " + confidence.name,
      .unit = "1",
      .place = "by the normalised input",
      .high = "places that the features rest on that raise the network's " + confidence.name,
      .low = "places that the features rest on that lower it"};
}

Grid<float> make_xssab_map(ExplainedImage& image) {
  return to_grid(
      xssab(image.gradient_embedding(), image.clean(), embedding_reference(image.target())));
}

}  // namespace

at::Tensor xssab(const EmbeddingFunction& embedding, const at::Tensor& image,
                 const EmbeddingReference& reference) {
  UnitEmbedding own(embedding, image);
  const at::Tensor is_for = (own.contributions(reference) >= 0).to(at::kDouble);
  const auto magnitude = [&](const at::Tensor& arguments) {
    return own.gradient((reference.unit * arguments).unsqueeze(0))[0].abs().mean(0);
  };
  return (magnitude(is_for) - magnitude(1 - is_for)) * reference.sign;
}

SaliencyMethod xssab_method() {
  return {
      .facts = {.name = "xssab",
                .title = "xSSAB",
                .summary = "gradient of the similarity by the numbers of the embedding that "
                           "speak for a match, less that by those against it (Huber et al. "
                           "2024)",
                .cost = "1 forward, 2 backwards",
                .needs = {.input_gradient = true, .reference = true}},
      .describe = describe_xssab,
      .passes = [](const MethodContext&) { return PassesPerImage{.forwards = 1, .backwards = 2}; },
      .map = make_xssab_map};
}

}  // namespace csm
