#pragma once
#include <ATen/core/Tensor.h>

#include "saliency_method.h"
#include "score_function.h"
#include "unit_embedding.h"

namespace csm {

/// Feature-guided gradient backpropagation (Lu, Xu, Ebrahimi 2024, "Explainable face verification
/// via feature-guided gradient backpropagation"): the sum over the numbers k of the
/// embedding of (f_k(A) f_k(B) - tau / D) G_k, where G_k is the mean over the colours of the
/// magnitude of the gradient of f_k(A) by the image, divided by its norm over the pixels: (H x W),
/// float64, signed; times 2y - 1, so that positive is what raises conf. The paper shows the
/// positive and the negative part by themselves, the similar and the dissimilar places.
/// @param image (1 x 3 x H x W)
/// @param batch_size copies of the image whose numbers are differentiated together
at::Tensor fggb(const EmbeddingFunction& embedding, const at::Tensor& image,
                const EmbeddingReference& reference, int batch_size);

SaliencyMethod fggb_method();

}  // namespace csm
