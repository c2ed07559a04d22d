#include "surface_point.h"

namespace csm {

std::vector<Point2> place_points(std::span<const SurfacePoint> points,
                                 std::span<const Triangle> triangles,
                                 std::span<const Point2> vertices) {
  std::vector<Point2> places;
  places.reserve(points.size());
  for (const SurfacePoint& point : points) {
    const Triangle& triangle = triangles[static_cast<std::size_t>(point.triangle)];
    Point2 place;
    for (std::size_t corner = 0; corner < 3; ++corner) {
      const Point2& vertex = vertices[static_cast<std::size_t>(triangle[corner])];
      place.x += point.weights[corner] * vertex.x;
      place.y += point.weights[corner] * vertex.y;
    }
    places.push_back(place);
  }
  return places;
}

std::vector<unsigned char> front_facing_triangles(std::span<const Triangle> triangles,
                                                  std::span<const Point2> vertices) {
  std::vector<unsigned char> front(triangles.size());
  for (std::size_t i = 0; i < triangles.size(); ++i) {
    const Point2& a = vertices[static_cast<std::size_t>(triangles[i][0])];
    const Point2& b = vertices[static_cast<std::size_t>(triangles[i][1])];
    const Point2& c = vertices[static_cast<std::size_t>(triangles[i][2])];
    // With y down, counter-clockwise on the screen means a negative cross product.
    front[i] = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x) < 0 ? 1 : 0;
  }
  return front;
}

}  // namespace csm
