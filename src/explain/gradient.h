#pragma once
#include "saliency_method.h"

namespace csm {

/// The gradient by the input (Simonyan, Vedaldi, Zisserman 2014, sec. 3): max over the colours of
/// its magnitude.
SaliencyMethod gradient_method();

}  // namespace csm
