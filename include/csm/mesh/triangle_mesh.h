#pragma once
#include <array>
#include <string>
#include <vector>

#include "csm/core/geometry.h"

namespace csm {

using Triangle = std::array<int, 3>;  ///< 0-based vertex indices

/// A mesh with fixed connectivity. Units and axes are documented where it is used.
struct TriangleMesh {
  std::vector<Point3> vertices;
  std::vector<Triangle> triangles;  ///< may be empty for a bare vertex list
};

}  // namespace csm
