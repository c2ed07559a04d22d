#pragma once
#include <span>
#include <string>
#include <vector>

#include "csm/mesh/canonical_face.h"
#include "face_topology.h"
#include "surface_point.h"

namespace csm {

/// The canonical mesh seen from the front without perspective on size x size px (x right, y down, z
/// to the viewer, one scale): centred, its longer side 82 % of the image, as in a frontal portrait.
std::vector<Point3> frontal_view(const FaceTopology& topology, int size);

/// The points 0, stride, 2 stride, ... @pre stride > 0
std::vector<SurfacePoint> take_stride(std::span<const SurfacePoint> points, int stride);

/// Builds the canonical face from the places of the 468 landmarks on it [px] (x right, y down, z to
/// the viewer).
CanonicalFace make_canonical_face(const FaceTopology& topology,
                                  std::span<const SurfacePoint> used_points,
                                  std::vector<Point3> landmarks, int size, std::string source);

}  // namespace csm
