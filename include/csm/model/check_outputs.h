#pragma once
#include <span>

#include "csm/core/image.h"
#include "csm/model/backend.h"
#include "csm/model/network.h"

namespace csm {

/// Whether the kinds of the outputs must be looked at on real images: false if the graph ends in a
/// layer that can give any number and these are taken as such.
bool needs_images(const Network& network);

/// Checks on real faces that the outputs are of the kinds in the contract: a sigmoid is not a
/// logit, a softmax not an embedding. docs/model_contract.md has the rules, which
/// csm export keeps too. An image on which the network fails is left to the run.
/// @pre the images have the contract's height and width
/// Errors: InputError that names the output, what it looks like and what to do.
void check_outputs(const Network& network, std::span<const RgbImage> pictures);

/// Runs the model on two different images of noise, together and one alone.
/// Errors: InputError if it fails, if the outputs do not have the shapes and kinds that the
/// contract promises or are not finite, or if an image changes the outputs of the other.
void run_trial_forward(const ModelBackend& backend);

}  // namespace csm
