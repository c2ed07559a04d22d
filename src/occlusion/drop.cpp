#include "csm/occlusion/drop.h"

#include <cstddef>
#include <limits>

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

}  // namespace csm
