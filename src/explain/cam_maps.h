#pragma once
#include "score_function.h"

namespace csm {

/// The value of a layer for one image and the gradient of the score by it: both (1 x C x h x w), float32.
struct LayerGradient {
  at::Tensor value;
  at::Tensor gradient;
};

/// Grad-CAM (Selvaraju et al. 2017, Eqs. (1) and (2)): max(0, sum over channels k of a_k A_k) with a_k the mean of the
/// gradient over the map: (h x w), float64, never negative.
at::Tensor grad_cam(const LayerGradient& layer);

/// Grad-CAM++ (Chattopadhay et al. 2018, Eqs. (8), (10), (19)): as Grad-CAM with the weights w_k = sum over pixels of
/// alpha max(0, g), alpha = g^2 / (2 g^2 + (sum over the map of A_k) g^3), 0 where g = 0; the score is the S in exp(S)
/// of that paper, and the factor exp(S), which is the same for all pixels, is left out: (h x w), float64, never
/// negative.
at::Tensor grad_cam_pp(const LayerGradient& layer);

/// Score-CAM (Wang et al. 2020, Algorithm 1): the channels of a layer's value (1 x C x h x w), each enlarged to the
/// input and stretched to [0, 1], are masks; the image shows through them before the fill, and the softmax over the
/// channels of the scores weighs the channels: max(0, sum of weight_k A_k), (h x w), float64, never negative. Channels
/// of one value are no masks and have no weight. (The baseline's score, which the paper subtracts, cancels out in the
/// softmax.)
/// @pre clean and fill have shape (1 x 3 x H x W)
at::Tensor score_cam(const ScoreFunction& score, const at::Tensor& value, const at::Tensor& clean,
                     const at::Tensor& fill, int batch_size);

/// A map (h x w) enlarged bilinearly to H x W; the corners of the outer pixels stay in place (pixel (x, y) covers
/// [x, x+1)).
at::Tensor enlarged(const at::Tensor& map, std::int64_t height, std::int64_t width);

}  // namespace csm
