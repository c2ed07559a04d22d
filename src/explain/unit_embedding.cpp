#include "unit_embedding.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include "csm/core/error.h"

namespace csm {
namespace {

/// Rows at unit length; a row of zeros stays, and its gradient is finite.
at::Tensor at_unit_length(const at::Tensor& rows) {
  const at::Tensor squares = rows.square().sum(1, /*keepdim=*/true);
  return rows / at::where(squares > 0, squares, at::ones_like(squares)).sqrt();
}

}  // namespace

EmbeddingReference embedding_reference(const TargetScore& target) {
  CSM_EXPECT(target.confidence == Confidence::cosine ||
             target.confidence == Confidence::verification);
  const at::Tensor reference = at::tensor(target.reference, at::kFloat).to(at::kDouble);
  EmbeddingReference result{.unit = at_unit_length(reference.unsqueeze(0))[0]};
  if (target.confidence == Confidence::verification) {
    result.threshold = target.threshold;
    result.sign = target.same_person ? 1 : -1;
  }
  return result;
}

UnitEmbedding::UnitEmbedding(const EmbeddingFunction& embedding, const at::Tensor& images) {
  const c10::AutoGradMode with_gradients(true);
  images_ = images.detach().clone().requires_grad_(true);
  unit_ = at_unit_length(embedding(images_));
}

at::Tensor UnitEmbedding::contributions(const EmbeddingReference& reference) const {
  const auto n_numbers = static_cast<double>(unit_.size(1));
  return value()[0] * reference.unit - reference.threshold / n_numbers;
}

at::Tensor UnitEmbedding::gradient(const at::Tensor& weights) {
  const c10::AutoGradMode with_gradients(true);
  images_.mutable_grad().reset();
  unit_.backward(weights, /*retain_graph=*/true);
  CSM_EXPECT(images_.grad().defined());
  return images_.grad().to(at::kCPU, at::kDouble);
}

}  // namespace csm
