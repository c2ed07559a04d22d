#include "mesh_on_face.h"

#include <cmath>

#include "csm/core/sizes.h"

namespace csm {

bool lies_on(const MeshPlace& mesh, const Detection& face) {
  constexpr double most_distance = 0.14;  // of the width of the face's box
  constexpr double much_outside = 0.25;
  if (!mesh.five_points)
    return overlap(mesh.box, face.box) >= (mesh.outside > much_outside ? 0.5 : 0.4);
  const std::array<Point2, 5>& five = *mesh.five_points;
  const Point2 mouth{(five[3].x + five[4].x) / 2, (five[3].y + five[4].y) / 2};
  const std::array<Point2, 4> points = {five[0], five[1], five[2], mouth};
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double distance =
        std::hypot(points[i].x - face.points[i].x, points[i].y - face.points[i].y);
    sum += distance * distance;
  }
  return std::sqrt(sum / int_size(points)) <= most_distance * face.box.width;
}

}  // namespace csm
