#pragma once
#include "csm/measure/job.h"

namespace csm {

/// Tries the first images of the seeded order before the work, so that a fault of the whole data
/// set ends the run at once: none has a mesh that fits it or a face box on it, or the boxes hold
/// corners. A function of data and options, the same on all ranks.
/// @pre job has data set, order, options and fitter
/// Errors: InputError.
void check_first_images(const Job& job);

/// Errors: InputError for two photos in two folders that one mesh file of --mesh-dir would serve,
/// since they have one name.
void check_mesh_files(const Job& job);

/// Looks at the model's outputs on the first images of the run that can be read, where its graph
/// leaves open whether their kinds are those of its contract. A function of the job; that of one
/// rank is enough. Errors: InputError if they are not; RunError if a network that fits the mesh
/// fails.
void check_model_on_images(const Job& job);

}  // namespace csm
