#include "lost_faces.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "csm/core/error.h"

namespace csm {

std::int64_t count_lost(const OcclusionScores& scores) {
  std::int64_t n = 0;
  for (int patch = 0; patch < scores.covered.height(); ++patch)
    n += is_face_lost(scores.covered.row(patch)) ? 1 : 0;
  return n;
}

std::vector<double> lost_per_vertex(const PatchPlan& plan, const OcclusionScores& scores) {
  CSM_EXPECT(scores.covered.height() == std::ssize(plan.patches));
  std::vector<double> lost;
  for (const std::optional<PatchId>& patch : plan.patch_of_vertex) {
    if (!patch) {
      lost.push_back(std::numeric_limits<double>::quiet_NaN());
    } else {
      lost.push_back(is_face_lost(scores.of(*patch)) ? 1 : 0);
    }
  }
  return lost;
}

std::vector<double> lost_of_pair(const std::vector<double>& first,
                                 const std::vector<double>& second) {
  CSM_EXPECT(first.size() == second.size());
  std::vector<double> lost(first.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < lost.size(); ++i) {
    if (!std::isnan(first[i]) && !std::isnan(second[i])) lost[i] = std::max(first[i], second[i]);
  }
  return lost;
}

std::vector<double> mean_of_views(const std::vector<double>& image,
                                  const std::vector<double>& mirrored) {
  CSM_EXPECT(image.size() == mirrored.size());
  std::vector<double> mean = image;
  for (std::size_t i = 0; i < mean.size(); ++i) {
    // A vertex on the last border of the input may be used on one side only.
    if (std::isnan(mirrored[i])) continue;
    mean[i] = std::isnan(image[i]) ? mirrored[i] : (image[i] + mirrored[i]) / 2;
  }
  return mean;
}

}  // namespace csm
