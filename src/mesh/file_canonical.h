#pragma once
#include <array>
#include <filesystem>
#include <optional>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/mesh/canonical_face.h"
#include "surface_point.h"

namespace csm {

struct MeshOptions;

class FaceLandmarker;

/// The canonical face of meshes from files.
struct FileCanonical {
  CanonicalFace face;
  std::size_t n_mesh_vertices = 0;  ///< of the canonical mesh before the stride
  bool is_turned_over = false;      ///< its file counts y from the bottom
  std::optional<std::array<SurfacePoint, 5>>
      five_points;  ///< on face.surface, if the networks found them
};

/// The side of the image that a canonical mesh's px are counted in, if --canonical-image does not
/// give it: the authors'.
inline constexpr int default_canonical_frame = 619;

/// Reads --canonical and --canonical-image.
/// @param landmarker finds regions and five points in the image; may be null
/// Errors: InputError if --canonical is not a mesh file, lies outside its image, not on the face in
/// it, or not upright.
FileCanonical read_file_canonical(const MeshOptions& options, const FaceLandmarker* landmarker);

/// Checks that a canonical mesh lies on its image of height x width px: in px, inside, and upright
/// if its number of vertices identifies its topology. Turns y over if it is counted from the
/// bottom, and z if it runs away from the viewer. Returns whether y was turned over.
/// @param file --canonical, for messages
/// Errors: InputError.
bool place_canonical(std::vector<Point3>& vertices, const std::filesystem::path& file, int height,
                     int width);

}  // namespace csm
