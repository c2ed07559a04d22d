#include "csm/saliency/cis.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "csm/core/error.h"
#include "csm/saliency/saliency_options.h"

namespace csm {
namespace {

/// Adds its mirror image to a grid.
template <class Value>
void add_mirrored(Grid<Value>& grid, double midline) {
  const Grid<Value> original = grid;
  for (int y = 0; y < grid.height(); ++y) {
    for (int x = 0; x < grid.width(); ++x) {
      const int other = mirrored_column(x, midline);
      if (other >= 0 && other < grid.width()) grid(y, x) += original(y, other);
    }
  }
}

}  // namespace

int mirrored_column(int column, double midline) { return round_to_int(2 * midline) - 1 - column; }

PatchRect patch_on_canonical(Point2 f, double patch_side, int size) {
  const auto [x1, x2] = patch_interval(f.x, patch_side, size);
  const auto [y1, y2] = patch_interval(f.y, patch_side, size);
  return {.x1 = x1, .y1 = y1, .x2 = x2, .y2 = y2};
}

CisMap compute_cis(std::span<const Point2> canonical_vertices, std::span<const double> drops,
                   double patch_side, int size, DensityNormalisation density_normalisation,
                   std::optional<double> midline) {
  CSM_EXPECT(canonical_vertices.size() == drops.size());
  CSM_EXPECT(patch_side > 0 && size > 0);

  // Eq. (4): each used vertex adds its drop to H' and 1 to C on its square.
  Grid<double> sum(size, size);
  CisMap cis{.values = Grid<float>(size, size), .count = Grid<std::int32_t>(size, size)};
  for (std::size_t i = 0; i < drops.size(); ++i) {
    if (std::isnan(drops[i])) continue;
    const PatchRect square = patch_on_canonical(canonical_vertices[i], patch_side, size);
    for (int y = square.y1; y < square.y2; ++y) {
      double* sums = sum.row(y).data();
      std::int32_t* counts = cis.count.row(y).data();
      for (int x = square.x1; x < square.x2; ++x) {
        sums[x] += drops[i];  // Eq. (4), H'
        counts[x] += 1;       // Eq. (4), C
      }
    }
  }

  // As if each drop had been painted at the mirrored place too.
  if (midline) {
    add_mirrored(sum, *midline);
    add_mirrored(cis.count, *midline);
  }

  // Density normalisation, Eq. (5); without it H' itself.
  const double n_sides = midline ? 2 : 1;
  for (std::int64_t q = 0; q < sum.size(); ++q) {
    const std::int32_t count = cis.count[q];
    const double value = density_normalisation == DensityNormalisation::on && count > 0
                             ? sum[q] / count  // Eq. (5)
                             : sum[q] / n_sides;
    cis.values[q] = static_cast<float>(value);
  }
  return cis;
}

}  // namespace csm
