#pragma once
#include "saliency_method.h"

namespace csm {

/// Guided backpropagation (Springenberg et al. 2015, sec. 3.4): as the gradient by the input, but
/// rectifiers pass on positive gradients only.
SaliencyMethod guided_backprop_method();

}  // namespace csm
