#include "csm/occlusion/drop.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "csm/core/correlation.h"
#include "csm/core/error.h"

namespace csm {

std::vector<double> drop_per_vertex(const PatchPlan& plan, double clean_confidence,
                                    const IdVector<PatchId, double>& occluded_confidence) {
  CSM_EXPECT(occluded_confidence.size() == std::ssize(plan.patches));
  std::vector<double> drops;
  for (const std::optional<PatchId>& patch : plan.patch_of_vertex) {
    drops.push_back(patch ? clean_confidence - occluded_confidence[*patch]  // Eq. (1)
                          : std::numeric_limits<double>::quiet_NaN());
  }
  return drops;
}

DropAudit audit_drops(std::span<const double> approximated, std::span<const double> computed) {
  CSM_EXPECT(approximated.size() == computed.size());
  if (approximated.empty()) return {};
  // The clean confidence is the same on both sides, so drops differ as confidences do.
  const auto n = static_cast<double>(computed.size());
  const double mean_a = std::accumulate(approximated.begin(), approximated.end(), 0.0) / n;
  const double mean_b = std::accumulate(computed.begin(), computed.end(), 0.0) / n;
  double squares = 0;
  double bb = 0;
  for (std::size_t i = 0; i < computed.size(); ++i) {
    squares += (approximated[i] - computed[i]) * (approximated[i] - computed[i]);
    bb += (computed[i] - mean_b) * (computed[i] - mean_b);
  }
  const double correlation = pearson_correlation(approximated, computed);

  // A confidence that is too low is a drop that is too large.
  const double bias = mean_b - mean_a;
  return {.n = std::ssize(computed),
          .error = std::sqrt(squares / n),
          .correlation = std::isnan(correlation) ? 0 : correlation,
          .bias = bias,
          .spread = std::sqrt(std::max(0.0, squares / n - bias * bias)),
          .drop_spread = std::sqrt(bb / n)};
}

double relative_error(const DropAudit& audit) {
  if (audit.error == 0) return 0;
  return audit.drop_spread > 0 ? audit.error / audit.drop_spread
                               : std::numeric_limits<double>::infinity();
}

}  // namespace csm
