#pragma once
#include <array>
#include <span>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"

namespace csm {

using Triangle = std::array<int, 3>;  ///< 0-based vertex indices

/// A mesh with fixed connectivity. Units and axes are documented where it is used.
struct TriangleMesh {
  std::vector<Point3> vertices;
  std::vector<Triangle> triangles;  ///< may be empty for a bare vertex list
};

/// The corners of a triangle among these vertices: points of the plane or of space.
template <class Point>
std::array<Point, 3> corners_of(const Triangle& triangle, std::span<const Point> vertices) {
  return {vertices[triangle[0]], vertices[triangle[1]], vertices[triangle[2]]};
}
inline std::array<Point3, 3> corners_of(const Triangle& triangle, const TriangleMesh& mesh) {
  return corners_of<Point3>(triangle, mesh.vertices);
}

/// Which triangle of a mesh each pixel of an image shows, and where on it.
struct SurfaceMap {
  Grid<int> triangle;                  ///< -1 where no triangle is seen
  Grid<std::array<float, 3>> weights;  ///< of the corners, at the pixel's centre
};

/// Draws a mesh with vertices in px (x right, y down, z to the viewer) on height x width pixels;
/// the nearest triangle wins.
SurfaceMap rasterise(const TriangleMesh& mesh, int height, int width);

}  // namespace csm
