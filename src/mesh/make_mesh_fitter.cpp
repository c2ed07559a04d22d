#include "csm/mesh/mesh_options.h"
#include "fitters.h"

namespace csm {

std::unique_ptr<MeshFitter> make_mesh_fitter(const MeshOptions& options, ComputeDevice device) {
  return options.mesh == MeshSource::files ? make_file_fitter(options, device)
                                           : make_network_fitter(options, device);
}

}  // namespace csm
