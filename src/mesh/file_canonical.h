#pragma once
#include <array>
#include <optional>
#include <vector>

#include "csm/mesh/canonical_face.h"
#include "csm/mesh/surface_point.h"
#include "csm/model/device.h"
#include "csm/options/options.h"

namespace csm {

/// The canonical face of meshes from files.
struct FileCanonical {
  CanonicalFace face;
  std::size_t n_mesh_vertices = 0;                         ///< of the canonical mesh before the stride
  bool has_depth = false;                                  ///< its vertices have a z that differs
  std::optional<std::array<SurfacePoint, 5>> five_points;  ///< on face.surface, where the networks found them
};

/// The side of the picture that a canonical mesh's px are counted in, where --canonical-image does not say it: the
/// authors'.
inline constexpr int default_canonical_frame = 619;

/// Reads --canonical and --canonical-image.
/// Errors: InputError where --canonical is no mesh file, or lies outside its picture.
FileCanonical read_file_canonical(const MeshOptions& options, ComputeDevice device);

}  // namespace csm
