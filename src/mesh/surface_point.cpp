#include "surface_point.h"

namespace csm {

std::vector<Point2> place_points(std::span<const SurfacePoint> points,
                                 std::span<const Triangle> triangles,
                                 std::span<const Point2> vertices) {
  std::vector<Point2> places;
  places.reserve(points.size());
  for (const SurfacePoint& point : points) {
    const std::array<Point2, 3> corners = corners_of(triangles[point.triangle], vertices);
    Point2 place;
    for (std::size_t i = 0; i < 3; ++i) {
      place.x += point.weights[i] * corners[i].x;
      place.y += point.weights[i] * corners[i].y;
    }
    places.push_back(place);
  }
  return places;
}

std::vector<unsigned char> front_facing_triangles(std::span<const Triangle> triangles,
                                                  std::span<const Point2> vertices) {
  std::vector<unsigned char> front(triangles.size());
  for (std::size_t i = 0; i < triangles.size(); ++i) {
    const auto [a, b, c] = corners_of(triangles[i], vertices);
    // With y down, counter-clockwise on the screen means a negative cross product.
    front[i] = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) < 0 ? 1 : 0;
  }
  return front;
}

}  // namespace csm
