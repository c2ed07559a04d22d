#include "csm/mesh/surface_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace csm {
namespace {

double cross(const Point3& a, const Point3& b, double x, double y) {
  return (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
}

}  // namespace

SurfaceMap rasterise(const TriangleMesh& mesh, int height, int width) {
  SurfaceMap map{Grid<int>(height, width, -1), Grid<std::array<float, 3>>(height, width)};
  Grid<double> depth(height, width, -std::numeric_limits<double>::infinity());
  for (std::size_t t = 0; t < mesh.triangles.size(); ++t) {
    const Point3& a = mesh.vertices[static_cast<std::size_t>(mesh.triangles[t][0])];
    const Point3& b = mesh.vertices[static_cast<std::size_t>(mesh.triangles[t][1])];
    const Point3& c = mesh.vertices[static_cast<std::size_t>(mesh.triangles[t][2])];
    const double area = cross(a, b, c.x, c.y);
    if (std::abs(area) < 1e-12) continue;
    const auto first = [](double value) {
      return std::max(0, static_cast<int>(std::floor(value - 0.5)));
    };
    const auto last = [](double value, int limit) {
      return std::min(limit - 1, static_cast<int>(std::ceil(value - 0.5)));
    };
    const int last_row = last(std::max({a.y, b.y, c.y}), height);
    const int last_column = last(std::max({a.x, b.x, c.x}), width);
    for (int row = first(std::min({a.y, b.y, c.y})); row <= last_row; ++row) {
      for (int column = first(std::min({a.x, b.x, c.x})); column <= last_column; ++column) {
        const double x = column + 0.5;
        const double y = row + 0.5;
        const double wa = cross(b, c, x, y) / area;
        const double wb = cross(c, a, x, y) / area;
        const double wc = 1 - wa - wb;
        if (wa < -1e-9 || wb < -1e-9 || wc < -1e-9) continue;
        const double z = wa * a.z + wb * b.z + wc * c.z;
        if (z <= depth(row, column)) continue;
        depth(row, column) = z;
        map.triangle(row, column) = static_cast<int>(t);
        map.weights(row, column) = {static_cast<float>(wa), static_cast<float>(wb),
                                    static_cast<float>(wc)};
      }
    }
  }
  return map;
}

}  // namespace csm
