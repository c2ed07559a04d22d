#pragma once
#include <span>
#include <vector>

#include "csm/mesh/triangle_mesh.h"

namespace csm {

/// The Delaunay triangles of points in an image, counter-clockwise on the screen; edges longer than
/// `max_edge` px are left out, so that hollows of the outline stay open.
std::vector<Triangle> triangulate(std::span<const Point2> points, double max_edge);

}  // namespace csm
