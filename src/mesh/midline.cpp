#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/mesh/canonical_face.h"

namespace csm {
namespace {

/// The leftmost and the rightmost column of the surface.
std::pair<double, double> extent_of(const CanonicalFace& face) {
  CSM_EXPECT(!face.surface.vertices.empty());
  const auto by_x = [](const Point3& a, const Point3& b) { return a.x < b.x; };
  const auto [left, right] =
      std::minmax_element(face.surface.vertices.begin(), face.surface.vertices.end(), by_x);
  return {left->x, right->x};
}

}  // namespace

double midline_of(const CanonicalFace& face) {
  const auto [left, right] = extent_of(face);
  return (left + right) / 2;
}

double asymmetry_of(const CanonicalFace& face) {
  const std::vector<Point3>& vertices = face.surface.vertices;
  const auto [left, right] = extent_of(face);
  if (right <= left) return 0;
  const auto by_y = [](const Point3& a, const Point3& b) { return a.y < b.y; };
  const auto [top, bottom] = std::minmax_element(vertices.begin(), vertices.end(), by_y);
  const int n = int_size(vertices);
  const double spacing = std::sqrt((right - left) * (bottom->y - top->y) / n);

  double sum = 0;
  for (const Point3& vertex : vertices) {
    double nearest = std::numeric_limits<double>::infinity();
    for (const Point3& other : vertices)
      nearest =
          std::min(nearest, std::hypot(left + right - vertex.x - other.x, vertex.y - other.y));
    sum += nearest;
  }
  return std::max(0.0, sum / n - spacing / 2) / (right - left);
}

}  // namespace csm
