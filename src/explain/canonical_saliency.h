#pragma once
#include "saliency_method.h"

namespace csm {

/// The program's own method, Eqs. (2) to (6). Its maps are made by the stages occlusion and
/// saliency, not here.
SaliencyMethod canonical_saliency_method();

}  // namespace csm
