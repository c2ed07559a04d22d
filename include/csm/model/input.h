#pragma once
#include "csm/core/image.h"
#include "csm/model/contract.h"

namespace at {
class Tensor;
}

namespace csm {

/// Returns the normalised input of shape (1 x 3 x height x width), float32, on the CPU, channel
/// order of the contract.
/// @pre image has the contract's height and width
at::Tensor normalise_input(const RgbImage& image, const InputContract& contract);

}  // namespace csm
