#pragma once
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "csm/mesh/regions.h"
#include "csm/mesh/triangle_mesh.h"

namespace csm {

/// The fixed connectivity of the landmark network's mesh, and its canonical face.
struct FaceTopology {
  TriangleMesh canonical;  ///< x to the subject's left, y up, z to the viewer, about cm; seen from
                           ///< outside the corners run counter-clockwise
  std::vector<std::array<double, 2>> uv;
  std::vector<std::pair<int, double>>
      procrustes;  ///< (landmark, weight) of the stable landmarks for the head pose
};

/// Reads topology.json of docs/model_contract.md.
/// Errors: InputError that names the field that is wrong.
FaceTopology parse_topology(std::string_view json, const std::string& file_name);

/// The region of every triangle of the 468-point mesh, found by its place on the canonical face.
/// @pre topology has 468 vertices
std::vector<Region> label_triangles(const FaceTopology& topology);

}  // namespace csm
