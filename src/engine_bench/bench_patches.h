#pragma once
#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "csm/model/contract.h"
#include "csm/occlusion/patches.h"

namespace csm {

/// A smooth random image with the spread of a normalised photo, (1 x 3 x height x width).
at::Tensor make_smooth_image(const InputContract& input);

/// The distinct patches of the places that --patches names.
/// @param places a number of places, even over an ellipse about as large as a face, or a file with
/// a line `x y` for each place: shares of the input's sides
/// @param patch_size [px of the input]
/// Errors: InputError if the file holds no place.
std::vector<PatchRect> distinct_patches(const std::string& places, int patch_size,
                                        const InputContract& input);

/// n of them, every so many-th, so that they still spread over the face; all where n is 0.
std::vector<PatchRect> thinned(const std::vector<PatchRect>& patches, int n);

}  // namespace csm
