#pragma once
#include "saliency_method.h"
#include "score_function.h"

namespace csm {

/// Score-CAM (Wang et al. 2020, Algorithm 1): the channels of a layer's value (1 x C x h x w), each
/// enlarged to the input and stretched to [0, 1], are masks; the image shows through them before
/// the fill, and the softmax over the channels of the scores weighs the channels: max(0, sum of
/// weight_k A_k), (h x w), float64, never negative. Channels of one value mask nothing and have no
/// weight. (The baseline's score, which the paper subtracts, cancels out in the softmax.)
/// @pre clean and fill have shape (1 x 3 x H x W)
at::Tensor score_cam(const ScoreFunction& score, const at::Tensor& value, const at::Tensor& clean,
                     const at::Tensor& fill, int batch_size);

SaliencyMethod score_cam_method();

}  // namespace csm
