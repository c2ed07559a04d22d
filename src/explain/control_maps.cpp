#include "control_maps.h"

#include <algorithm>
#include <cmath>

#include "csm/core/random.h"
#include "csm/explain/sample_map.h"

namespace csm {

Grid<float> random_map(int height, int width, std::uint64_t seed) {
  constexpr int side = 7;
  SplitMix64 random(seed);
  Grid<float> cells(side, side);
  for (float& value : cells.values()) value = static_cast<float>(2 * random.uniform() - 1);
  Grid<float> map(height, width);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x)
      map(y, x) = static_cast<float>(interpolate(cells, {(x + 0.5) * side / width, (y + 0.5) * side / height}));
  }
  return map;
}

Grid<float> centre_gaussian_map(std::span<const Point2> vertices, int height, int width) {
  Grid<float> map(height, width);
  if (vertices.empty()) return map;
  const auto n = static_cast<double>(vertices.size());
  Point2 centre;
  for (const Point2 v : vertices) centre = {centre.x + v.x / n, centre.y + v.y / n};
  double variance = 0;
  for (const Point2 v : vertices)
    variance += ((v.x - centre.x) * (v.x - centre.x) + (v.y - centre.y) * (v.y - centre.y)) / (2 * n);
  variance = std::max(variance, 1e-12);  // of a single vertex
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double dx = x + 0.5 - centre.x;
      const double dy = y + 0.5 - centre.y;
      map(y, x) = static_cast<float>(std::exp(-(dx * dx + dy * dy) / (2 * variance)));
    }
  }
  return map;
}

}  // namespace csm
