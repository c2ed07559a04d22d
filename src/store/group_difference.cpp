#include "csm/store/group_difference.h"

#include <cmath>
#include <cstddef>
#include <limits>

#include "csm/core/error.h"

namespace csm {

GroupDifference compare_groups(const CanonicalMap& first, const CanonicalMap& second) {
  const int height = first.mean.height();
  const int width = first.mean.width();
  CSM_EXPECT(second.mean.height() == height && second.mean.width() == width);
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  GroupDifference result{Grid<float>(height, width, unknown), Grid<float>(height, width, unknown),
                         Grid<float>(height, width, unknown)};
  for (std::size_t i = 0; i < first.mean.size(); ++i) {
    if (first.count.values()[i] == 0 || second.count.values()[i] == 0) continue;
    const float difference = first.mean.values()[i] - second.mean.values()[i];
    const float error = std::hypot(first.standard_error.values()[i], second.standard_error.values()[i]);
    result.difference.values()[i] = difference;
    result.standard_error.values()[i] = error;
    if (error > 0) result.significance.values()[i] = difference / error;
  }
  return result;
}

}  // namespace csm
