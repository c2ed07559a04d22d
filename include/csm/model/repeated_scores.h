#pragma once
#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/model/network.h"

namespace csm {

/// How often the clean image is asked for besides its first answer, for the noise of a model.
inline constexpr int n_repeated_answers = 3;

/// Returns (n x n_scores) class_scores of one image that the model is asked for n times more, side
/// by side in one batch: what a model that is not repeatable answers apart from its first answer.
/// @pre image has the height and width of the network's input
/// Errors: RunError if the network fails.
Grid<float> repeated_scores(const Network& network, const RgbImage& image, int n);

}  // namespace csm
