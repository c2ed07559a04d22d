#pragma once
#include <cstdint>

#include "csm/core/random.h"
#include "saliency_method.h"
#include "score_function.h"

namespace csm {

/// The next mask of RISE (Petsiuk, Das, Saenko 2018, sec. 3.2), (H x W) in [0, 1], float32: a grid
/// x grid mask of 0 and 1, each 1 with probability 1/2, enlarged bilinearly to (grid + 1) cells of
/// ceil(H / grid) x ceil(W / grid) px and cut at a random place of the first cell. Draws the grid
/// row by row, then the offsets along y and x.
at::Tensor next_rise_mask(SplitMix64& random, int grid, std::int64_t height, std::int64_t width);

/// RISE (Petsiuk, Das, Saenko 2018, Eq. (6)) of the scores less their mean over the masks: sum over
/// masks of (score(image seen through the mask) - mean score) * mask, divided by the number of
/// masks and the mean of a mask, 1/2: (H x W), float64, signed. The paper takes the scores as they
/// are. That adds the mean score to every pixel, so that images of different scores could not be
/// averaged, and the chance by which some pixels are seen more often than others, times the mean
/// score. What a mask hides shows the fill.
/// @pre clean and fill have shape (1 x 3 x H x W)
at::Tensor rise(const ScoreFunction& score, const at::Tensor& clean, const at::Tensor& fill,
                int n_masks, int grid, int batch_size, std::uint64_t seed);

SaliencyMethod rise_method();

}  // namespace csm
