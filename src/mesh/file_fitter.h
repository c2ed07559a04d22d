#pragma once
#include <memory>

#include "csm/mesh/fitter.h"
#include "csm/mesh/mesh_options.h"

namespace csm {

/// --mesh files. Errors: InputError for a missing folder or a wrong --canonical.
std::unique_ptr<MeshFitter> make_file_fitter(const MeshOptions& options, ComputeDevice device);

}  // namespace csm
