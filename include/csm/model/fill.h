#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "csm/model/contract.h"
#include "csm/model/fill_kind.h"

namespace at {
class Tensor;
}

namespace csm {

/// The colour of the image for --fill mean, on 0..255, in the channel order of the contract: its
/// `input.fill`; else its `input.mean` if that can be the mean colour of images (each value 30 to
/// 225), which is 0 after normalisation (the authors' rule); else, as of networks that normalise
/// inside, ImageNet's mean colour.
std::array<double, 3> fill_colour(const InputContract& input);

/// What a reader must know of fill_colour if the contract does not give it; else empty.
std::string fill_remark(const InputContract& input);

/// Returns what fills a patch, as a whole image of the input's shape (1 x 3 x H x W), float32,
/// normalised: a occluded pixel takes the value of the same place. mean: fill_colour; zero: black;
/// colour: that RGB colour; blur: the image itself, box-blurred three times (about a Gaussian) over
/// twice the patch; noise: independent uniform 0..255 values, seeded.
/// @pre clean has shape (1 x 3 x H x W), float32, on the CPU
at::Tensor fill_image(const Fill& fill, const at::Tensor& clean, const InputContract& input,
                      int patch_size, std::uint64_t seed);

}  // namespace csm
