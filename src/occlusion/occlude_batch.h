#pragma once
#include <ATen/ATen.h>

#include <span>

#include "csm/occlusion/patches.h"

namespace csm {

/// The sides of patches as a tensor (n x 4), int64, on the CPU: y1, y2, x1, x2 [px].
at::Tensor patch_sides(std::span<const PatchRect> patches);

/// Fills a batch with the clean image, occluded by the fill under one patch each, Eq. (2) and (3).
/// Five operations for a whole batch, since a copy for each patch would cost a GPU more in starting
/// it than in doing it.
/// @pre batch has shape (n x 3 x H x W), clean and fill (3 x H x W), sides (n x 4) of patch_sides,
/// all on one device
void occlude_batch(const at::Tensor& batch, const at::Tensor& clean, const at::Tensor& fill,
                   const at::Tensor& sides);

}  // namespace csm
