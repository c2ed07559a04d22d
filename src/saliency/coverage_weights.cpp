#include "csm/saliency/coverage_weights.h"

#include <cstddef>
#include <vector>

#include "csm/saliency/cis.h"

namespace csm {

Grid<double> coverage_weights(std::span<const Point2> canonical_vertices, double patch_side, int size,
                              std::optional<std::int64_t> n_sample) {
  Grid<double> weights(size, size, 1.0);
  const auto n_vertices = static_cast<std::int64_t>(canonical_vertices.size());
  if (!n_sample || *n_sample >= n_vertices) return weights;
  const std::vector<double> any_drops(canonical_vertices.size());
  const CisMap painted = compute_cis(canonical_vertices, any_drops, patch_side, size, DensityNormalisation::on);
  for (std::size_t q = 0; q < weights.size(); ++q) {
    double missed = 1;  // C(V - a, n) / C(V, n) = product of (V - n - i) / (V - i) over i < a
    for (std::int64_t i = 0; i < painted.count.values()[q] && missed > 0; ++i) {
      missed *= static_cast<double>(n_vertices - *n_sample - i) / static_cast<double>(n_vertices - i);
    }
    if (painted.count.values()[q] > 0) weights.values()[q] = 1 / (1 - missed);
  }
  return weights;
}

}  // namespace csm
