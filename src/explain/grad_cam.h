#pragma once
#include "layer_map.h"
#include "saliency_method.h"

namespace csm {

/// Grad-CAM (Selvaraju et al. 2017, Eqs. (1) and (2)): max(0, sum over channels k of a_k A_k) with
/// a_k the mean of the gradient over the map: (h x w), float64, never negative.
at::Tensor grad_cam(const LayerGradient& layer);

SaliencyMethod grad_cam_method();

}  // namespace csm
