#pragma once
#include <cstdint>
#include <string>

#include "csm/model/contract.h"
#include "csm/options/options.h"

namespace at {
class Tensor;
}

namespace csm {

/// Returns what stands in a patch, as a whole picture of the input's shape (1 x 3 x H x W), float32, normalised: a
/// covered pixel takes the value of the same place. mean: 0 after normalisation, the model's mean colour (the authors'
/// rule); zero: black; colour: that RGB colour; blur: the image itself, box-blurred three times (about a Gaussian) over
/// twice the patch; noise: independent uniform 0..255 values, seeded.
/// @pre clean has shape (1 x 3 x H x W), float32, on the CPU
at::Tensor fill_picture(const Fill& fill, const at::Tensor& clean, const InputContract& input, int patch_size,
                        std::uint64_t seed);

}  // namespace csm
