#include "csm/core/correlation.h"

#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "csm/core/error.h"

namespace csm {

double pearson_correlation(std::span<const double> a, std::span<const double> b) {
  CSM_EXPECT(a.size() == b.size());
  constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
  if (a.empty()) return undefined;
  const auto n = static_cast<double>(a.size());
  const double mean_a = std::accumulate(a.begin(), a.end(), 0.0) / n;
  const double mean_b = std::accumulate(b.begin(), b.end(), 0.0) / n;
  double aa = 0;
  double bb = 0;
  double ab = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    aa += (a[i] - mean_a) * (a[i] - mean_a);
    bb += (b[i] - mean_b) * (b[i] - mean_b);
    ab += (a[i] - mean_a) * (b[i] - mean_b);
  }
  return aa > 0 && bb > 0 ? ab / std::sqrt(aa * bb) : undefined;
}

}  // namespace csm
