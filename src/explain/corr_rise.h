#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "csm/core/random.h"
#include "saliency_method.h"
#include "score_function.h"

namespace csm {

/// The next mask of CorrRISE (Lu, Xu, Ebrahimi 2024), (H x W), float32: 0 in three
/// squares at random places inside the image, 1 elsewhere. The squares have the authors' 30 px of
/// 112, as a share of the shorter side. Draws top and left of one square after another.
at::Tensor next_corr_rise_mask(SplitMix64& random, std::int64_t height, std::int64_t width);

/// CorrRISE (Lu, Xu, Ebrahimi 2024, "Towards visual saliency explanations of face verification"):
/// at each pixel Pearson's correlation, over random masks, of the score of the image seen through
/// the mask with the mask at the pixel: (H x W), float64, in [-1, 1]; 0 where the masks or the
/// scores are all alike. The paper shows the positive and the negative part by themselves. What a
/// mask hides shows the fill.
/// @pre clean and fill have shape (1 x 3 x H x W)
/// Errors: ImageError if the model gives no number for any of the masked images.
at::Tensor corr_rise(const ScoreFunction& score, const at::Tensor& clean, const at::Tensor& fill,
                     int n_masks, int batch_size, std::uint64_t seed);

SaliencyMethod corr_rise_method();

}  // namespace csm
