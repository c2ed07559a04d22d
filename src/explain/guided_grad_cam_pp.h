#pragma once
#include "saliency_method.h"

namespace csm {

/// Grad-CAM++ times guided backpropagation (Chattopadhay et al. 2018, sec. 4.1, after Selvaraju et
/// al. 2017).
SaliencyMethod guided_grad_cam_pp_method();

}  // namespace csm
