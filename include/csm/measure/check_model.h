#pragma once
#include "csm/measure/job.h"

namespace csm {

/// Looks at the model's outputs on the first images of the run that can be read, where its graph
/// leaves open whether their kinds are as its contract says. A function of the job; one rank's word
/// is enough. Errors: InputError where they are not; RunError where a network that fits the mesh
/// fails.
void check_model_on_images(const Job& job);

}  // namespace csm
