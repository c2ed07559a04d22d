#pragma once
#include "csm/model/backend.h"

namespace csm {

/// Runs the model on two different images of noise, together and one alone.
/// Errors: InputError if it fails, if the outputs do not have the shapes and kinds that the
/// contract promises or are not finite, or if an image changes the outputs of the other.
void run_trial_forward(const ModelBackend& backend);

}  // namespace csm
