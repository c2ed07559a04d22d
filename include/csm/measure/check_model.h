#pragma once
#include "csm/measure/job.h"

namespace csm {

/// Looks at the model's outputs on the first images of the run that can be read, where its graph
/// leaves open whether their kinds are those of its contract. A function of the job; that of one
/// rank is enough. Errors: InputError if they are not; RunError if a network that fits the mesh
/// fails.
void check_model_on_images(const Job& job);

}  // namespace csm
