#pragma once
#include <ATen/core/Tensor.h>

#include "csm/explain/target_score.h"
#include "score_function.h"

namespace csm {

/// What an embedding is compared with, Eqs. (7) and (8).
struct EmbeddingReference {
  at::Tensor unit;       ///< f(B) = phi(B) / |phi(B)|, (D), float64; 0 if phi(B) is 0
  double threshold = 0;  ///< tau; 0 for Eq. (7), which has none
  double sign = 1;       ///< of the confidence by the cosine: 2y - 1 of Eq. (8), 1 for Eq. (7)
};

/// @pre the target's confidence is cosine or verification
EmbeddingReference embedding_reference(const TargetScore& target);

/// The embeddings of copies of an image at unit length, f(A) = phi(A) / |phi(A)|, with what it
/// takes to differentiate them more than once.
class UnitEmbedding {
 public:
  /// @param images (B x 3 x H x W)
  UnitEmbedding(const EmbeddingFunction& embedding, const at::Tensor& images);

  /// f(A), (B x D), float64, on the CPU, without gradients.
  at::Tensor value() const { return unit_.detach(); }

  /// f_k(A) f_k(B) - tau / D of the first image, (D), float64: what each number of the embedding
  /// adds to the cosine less the threshold, which is their sum.
  at::Tensor contributions(const EmbeddingReference& reference) const;

  /// The gradient of each image's sum over k of weight_k f_k(A) by the image: (B x 3 x H x W),
  /// float64, on the CPU. A backward pass for each image.
  /// @param weights (B x D), float64, on the CPU
  at::Tensor gradient(const at::Tensor& weights);

 private:
  at::Tensor images_;
  at::Tensor unit_;
};

}  // namespace csm
