#include <algorithm>
#include <cmath>
#include <vector>

#include "csm/mesh/canonical_face.h"

namespace csm {
namespace {

Point3 normalised(Point3 v) {
  const double length = std::hypot(v.x, v.y, v.z);
  return length > 0 ? Point3{v.x / length, v.y / length, v.z / length} : Point3{0, 0, 1};
}

/// Area-weighted mean normals of the vertices, towards the viewer.
std::vector<Point3> vertex_normals(const TriangleMesh& mesh) {
  std::vector<Point3> normals(mesh.vertices.size());
  for (const Triangle& triangle : mesh.triangles) {
    const auto [a, b, c] = corners_of(triangle, mesh);
    const Point3 u{b.x - a.x, b.y - a.y, b.z - a.z};
    const Point3 v{c.x - a.x, c.y - a.y, c.z - a.z};
    Point3 n{u.y * v.z - u.z * v.y, u.z * v.x - u.x * v.z, u.x * v.y - u.y * v.x};
    if (n.z < 0) n = {-n.x, -n.y, -n.z};
    for (const int corner : triangle) {
      Point3& sum = normals[corner];
      sum = {sum.x + n.x, sum.y + n.y, sum.z + n.z};
    }
  }
  for (Point3& normal : normals) normal = normalised(normal);
  return normals;
}

}  // namespace

RgbImage render_shaded(const CanonicalFace& face) {
  constexpr double ambient = 0.35;
  const Point3 light = normalised({-0.35, -0.45, 0.9});  // from the upper left, as in a portrait
  const std::vector<Point3> normals = vertex_normals(face.surface);

  // White outside; inside the interpolated normal against the light (Phong shading).
  RgbImage image(face.size, face.size);
  std::fill(image.values.begin(), image.values.end(), std::uint8_t{255});
  for (int row = 0; row < face.size; ++row) {
    for (int column = 0; column < face.size; ++column) {
      const int triangle = face.pixels.triangle(row, column);
      if (triangle < 0) continue;
      Point3 normal;
      for (std::size_t corner = 0; corner < 3; ++corner) {
        const double weight = face.pixels.weights(row, column)[corner];
        const int vertex = face.surface.triangles[triangle][corner];
        const Point3& n = normals[vertex];
        normal = {normal.x + weight * n.x, normal.y + weight * n.y, normal.z + weight * n.z};
      }
      normal = normalised(normal);
      const double lit =
          std::max(0.0, normal.x * light.x + normal.y * light.y + normal.z * light.z);
      const double value = std::clamp(225 * (ambient + (1 - ambient) * lit), 0.0, 255.0);
      std::fill_n(image.pixel(row, column), 3, static_cast<std::uint8_t>(std::lround(value)));
    }
  }
  return image;
}

}  // namespace csm
