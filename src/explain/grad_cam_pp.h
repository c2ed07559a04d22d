#pragma once
#include "layer_map.h"
#include "saliency_method.h"

namespace csm {

/// Grad-CAM++ (Chattopadhay et al. 2018, Eqs. (8), (10), (19)): as Grad-CAM with the weights w_k =
/// sum over pixels of alpha max(0, g), alpha = g^2 / (2 g^2 + (sum over the map of A_k) g^3), 0
/// where g = 0; the score is the S in exp(S) of that paper, and the factor exp(S), which is the
/// same for all pixels, is left out: (h x w), float64, never negative.
at::Tensor grad_cam_pp(const LayerGradient& layer);

SaliencyMethod grad_cam_pp_method();

}  // namespace csm
