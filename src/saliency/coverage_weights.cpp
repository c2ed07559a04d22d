#include "csm/saliency/coverage_weights.h"

#include <cstddef>
#include <cstdint>

#include "csm/saliency/cis.h"

namespace csm {
namespace {

/// Vertices that paint each pixel, directly or from the other side of the midline.
Grid<std::int32_t> count_painters(std::span<const Point2> canonical_vertices, double patch_side,
                                  int size, std::optional<double> midline) {
  Grid<std::int32_t> count(size, size);
  for (const Point2 vertex : canonical_vertices) {
    const PatchRect square = patch_on_canonical(vertex, patch_side, size);
    for (int y = square.y1; y < square.y2; ++y) {
      for (int x = square.x1; x < square.x2; ++x) {
        count(y, x) += 1;
        if (!midline) continue;
        const int other = mirrored_column(x, *midline);
        const bool is_own = other >= square.x1 && other < square.x2;
        if (other >= 0 && other < size && !is_own) count(y, other) += 1;
      }
    }
  }
  return count;
}

}  // namespace

Grid<double> coverage_weights(std::span<const Point2> canonical_vertices, double patch_side,
                              int size, std::optional<std::int64_t> n_sample,
                              std::optional<double> midline) {
  Grid<double> weights(size, size, 1.0);
  const auto n_vertices = std::ssize(canonical_vertices);
  if (!n_sample || *n_sample >= n_vertices) return weights;
  const Grid<std::int32_t> painters = count_painters(canonical_vertices, patch_side, size, midline);
  for (std::int64_t q = 0; q < weights.size(); ++q) {
    double missed = 1;  // C(V - a, n) / C(V, n) = product of (V - n - i) / (V - i) over i < a
    for (std::int64_t i = 0; i < painters[q] && missed > 0; ++i) {
      missed *=
          static_cast<double>(n_vertices - *n_sample - i) / static_cast<double>(n_vertices - i);
    }
    if (painters[q] > 0) weights[q] = 1 / (1 - missed);
  }
  return weights;
}

}  // namespace csm
