#include "csm/inference/group_spreads.h"

#include <cmath>

#include "csm/core/error.h"
#include "median.h"

namespace csm {

double GroupSpreads::ratio(std::int64_t group, std::int64_t other, std::int64_t n) const {
  std::vector<double> ratios;
  for (std::int64_t value = 0; value < n; ++value) {
    const double own = deviation[index(group, value)];
    const double others = deviation[index(other, value)];
    if (own > 0 && others > 0) ratios.push_back(own / others);
  }
  if (ratios.empty()) return 1;
  return upper_median(ratios);
}

GroupSpreads GroupSpreads::only(std::int64_t group) const {
  GroupSpreads spreads = *this;
  for (std::int64_t other = 0; other < n_groups; ++other) {
    for (std::int64_t value = 0; other != group && value < n_values(); ++value)
      spreads.deviation[index(other, value)] = 0;
  }
  return spreads;
}

void GroupSpreads::standardise(std::int64_t group, std::span<float> row) const {
  CSM_EXPECT(std::ssize(row) == n_values());
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::size_t at = index(group, static_cast<std::int64_t>(i));
    const double from_mean = double{row[i]} - mean[at];
    row[i] = static_cast<float>(deviation[at] == 0 ? 0 * from_mean : from_mean / deviation[at]);
  }
}

}  // namespace csm
