#include "csm/saliency/reproject.h"

#include <algorithm>
#include <cmath>

#include "csm/core/error.h"
#include "csm/occlusion/patches.h"

namespace csm {

Grid<float> reproject_map(const Grid<float>& map, std::span<const Point2> canonical_vertices,
                          std::span<const Point2> vertices, int patch_size, int height, int width) {
  CSM_EXPECT(canonical_vertices.size() == vertices.size());
  Grid<double> sum(height, width);
  Grid<int> count(height, width);
  for (std::size_t i = 0; i < vertices.size(); ++i) {
    if (!is_on_input(vertices[i], height, width)) continue;
    const PatchRect patch = patch_on_input(vertices[i], patch_size, height, width);
    const int row = std::clamp(pixel_at(canonical_vertices[i].y), 0, map.height() - 1);
    const int column = std::clamp(pixel_at(canonical_vertices[i].x), 0, map.width() - 1);
    for (int y = patch.y1; y < patch.y2; ++y) {
      for (int x = patch.x1; x < patch.x2; ++x) {
        sum(y, x) += map(row, column);
        count(y, x) += 1;
      }
    }
  }
  Grid<float> result(height, width);
  for (std::int64_t q = 0; q < result.size(); ++q) {
    if (count[q] > 0) result[q] = static_cast<float>(sum[q] / count[q]);
  }
  return result;
}

}  // namespace csm
