#pragma once
#include <span>
#include <vector>

#include "csm/core/geometry.h"

namespace csm {

/// How a mesh lies in its image, seen against the canonical mesh: by the least-squares affine map
/// from the canonical vertices to those of the mesh. On 60 meshes of PRNet the map explains 99 % of
/// the spread or more.
struct MeshView {
  double likeness =
      0;  ///< share of the spread of x and y that the map explains; 1: a view of the canonical mesh
  double facing =
      0;            ///< 1 if the mesh faces the viewer, -1 if it is seen from behind or in a mirror
  double roll = 0;  ///< [rad] clockwise on the screen
  double aspect = 0;   ///< scale along x / scale along y
  int depth_sign = 0;  ///< 1 if its z runs to the viewer, -1 away; 0 if either mesh has no depth
};

/// @param canonical x to the subject's left, y up, z to the viewer; all z alike if it has no depth
/// @param mesh the same vertices in an image, x right, y down
/// @pre both have the same number of vertices, at least 3
MeshView view_mesh(std::span<const Point3> canonical, std::span<const Point3> mesh);

/// Whether z tells the vertices apart.
bool has_depth(std::span<const Point3> mesh);

/// Whether the rim of a face lies nearer to the viewer than its middle, which no face does: z runs
/// away from the viewer. @pre mesh is seen from the front
bool has_depth_away(std::span<const Point3> mesh);

}  // namespace csm
