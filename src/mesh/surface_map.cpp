#include <algorithm>
#include <cmath>
#include <limits>

#include "csm/core/sizes.h"
#include "csm/mesh/triangle_mesh.h"

namespace csm {
namespace {

double cross(const Point3& a, const Point3& b, double x, double y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

}  // namespace

SurfaceMap rasterise(const TriangleMesh& mesh, int height, int width) {
  SurfaceMap map{Grid<int>(height, width, -1), Grid<std::array<float, 3>>(height, width)};
  Grid<double> depth(height, width, -std::numeric_limits<double>::infinity());
  for (int t = 0; t < int_size(mesh.triangles); ++t) {
    const auto [a, b, c] = corners_of(mesh.triangles[t], mesh);
    const double area = cross(a, b, c.x, c.y);
    if (std::abs(area) < 1e-12) continue;

    // The pixels whose centres may lie on the triangle.
    const auto first = [](double value) { return std::max(0, pixel_at(value - 0.5)); };
    const auto last = [](double value, int limit) {
      return std::min(limit - 1, pixel_at(std::ceil(value - 0.5)));
    };
    const int last_row = last(std::max({a.y, b.y, c.y}), height);
    const int last_column = last(std::max({a.x, b.x, c.x}), width);
    for (int row = first(std::min({a.y, b.y, c.y})); row <= last_row; ++row) {
      for (int column = first(std::min({a.x, b.x, c.x})); column <= last_column; ++column) {
        // Barycentric weights of the centre; the nearest triangle wins.
        const double x = column + 0.5;
        const double y = row + 0.5;
        const double wa = cross(b, c, x, y) / area;
        const double wb = cross(c, a, x, y) / area;
        const double wc = 1 - wa - wb;
        if (wa < -1e-9 || wb < -1e-9 || wc < -1e-9) continue;
        const double z = wa * a.z + wb * b.z + wc * c.z;
        if (z <= depth(row, column)) continue;
        depth(row, column) = z;
        map.triangle(row, column) = t;
        map.weights(row, column) = {static_cast<float>(wa), static_cast<float>(wb),
                                    static_cast<float>(wc)};
      }
    }
  }
  return map;
}

}  // namespace csm
