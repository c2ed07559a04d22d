#pragma once
#include <array>
#include <span>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/mesh/triangle_mesh.h"

namespace csm {

/// A point that keeps its place on a triangle, whatever pose the mesh takes: sum of weight *
/// corner.
struct SurfacePoint {
  int triangle = 0;
  std::array<double, 3> weights{};
};

/// The points' places for given vertex positions.
std::vector<Point2> place_points(std::span<const SurfacePoint> points,
                                 std::span<const Triangle> triangles,
                                 std::span<const Point2> vertices);

/// One flag per triangle: 1 if it is seen from the front in an image (y down), for triangles whose
/// corners run counter-clockwise seen from outside.
std::vector<unsigned char> front_facing_triangles(std::span<const Triangle> triangles,
                                                  std::span<const Point2> vertices);

}  // namespace csm
