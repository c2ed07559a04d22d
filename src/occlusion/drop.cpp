#include "csm/occlusion/drop.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "csm/core/error.h"

namespace csm {

std::vector<double> drop_per_vertex(const PatchPlan& plan, double clean_confidence,
                                    std::span<const double> covered_confidence) {
  CSM_EXPECT(covered_confidence.size() == plan.patches.size());
  std::vector<double> drops(plan.patch_of_vertex.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < drops.size(); ++i) {
    const int patch = plan.patch_of_vertex[i];
    if (patch >= 0) drops[i] = clean_confidence - covered_confidence[static_cast<std::size_t>(patch)];
  }
  return drops;
}

DropAudit audit_drops(std::span<const double> interpolated, std::span<const double> computed) {
  CSM_EXPECT(interpolated.size() == computed.size());
  if (interpolated.empty()) return {};
  // The clean confidence is the same on both sides, so drops differ as confidences do.
  const auto n = static_cast<double>(computed.size());
  const double mean_a = std::accumulate(interpolated.begin(), interpolated.end(), 0.0) / n;
  const double mean_b = std::accumulate(computed.begin(), computed.end(), 0.0) / n;
  double squares = 0;
  double ab = 0;
  double aa = 0;
  double bb = 0;
  for (std::size_t i = 0; i < computed.size(); ++i) {
    const double a = interpolated[i] - mean_a;
    const double b = computed[i] - mean_b;
    squares += (interpolated[i] - computed[i]) * (interpolated[i] - computed[i]);
    ab += a * b;
    aa += a * a;
    bb += b * b;
  }
  return {.n = static_cast<std::int64_t>(computed.size()),
          .error = std::sqrt(squares / n),
          .correlation = aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : 0};
}

}  // namespace csm
