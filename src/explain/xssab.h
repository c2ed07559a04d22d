#pragma once
#include <ATen/core/Tensor.h>

#include "saliency_method.h"
#include "score_function.h"
#include "unit_embedding.h"

namespace csm {

/// Similarity score argument backpropagation (Huber, Luu, Terhorst, Damer 2024): the
/// numbers k of the embeddings are arguments for a match if f_k(A) f_k(B) >= tau / D, arguments
/// against it if not. The cosine of each kind of arguments alone is differentiated by the image;
/// the map is the mean magnitude over the colours of the first gradient less that of the second:
/// (H x W), float64, signed; times 2y - 1, so that positive is what raises conf.
/// @param image (1 x 3 x H x W)
at::Tensor xssab(const EmbeddingFunction& embedding, const at::Tensor& image,
                 const EmbeddingReference& reference);

SaliencyMethod xssab_method();

}  // namespace csm
