#include "csm/explain/sample_map.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "csm/core/error.h"

namespace csm {
namespace {

/// The two pixels around a place on one axis and the share of the second.
struct Neighbours {
  int first = 0;
  int second = 0;
  double share = 0;
};

Neighbours neighbours(double place, int length) {
  const double from_first_centre = std::clamp(place - 0.5, 0.0, length - 1.0);
  const int first = static_cast<int>(from_first_centre);
  return {.first = first,
          .second = std::min(first + 1, length - 1),
          .share = from_first_centre - first};
}

}  // namespace

double interpolate(const Grid<float>& map, Point2 point) {
  CSM_EXPECT(!map.empty());
  const Neighbours x = neighbours(point.x, map.width());
  const Neighbours y = neighbours(point.y, map.height());
  const auto along_row = [&](int row) {
    return (1 - x.share) * map(row, x.first) + x.share * map(row, x.second);
  };
  return (1 - y.share) * along_row(y.first) + y.share * along_row(y.second);
}

std::vector<double> sample_map(const Grid<float>& map, std::span<const Point2> vertices,
                               const PatchOfVertex& patch_of_vertex) {
  CSM_EXPECT(std::ssize(vertices) == patch_of_vertex.size());
  std::vector<double> values(vertices.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (patch_of_vertex[VertexId(i)]) values[i] = interpolate(map, vertices[i]);
  }
  return values;
}

}  // namespace csm
