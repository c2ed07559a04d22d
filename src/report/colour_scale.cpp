#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "csm/core/error.h"
#include "csm/report/pictures.h"

namespace csm {
namespace {

constexpr double quantile = 0.995;
constexpr double signed_share = 0.1;

}  // namespace

std::int64_t least_coloured_count(const Grid<std::int64_t>& count) {
  constexpr std::int64_t share = 10;  // one in so many
  if (count.empty()) return 1;
  const std::int64_t most = *std::max_element(count.values().begin(), count.values().end());
  return std::max<std::int64_t>(1, (most + share - 1) / share);
}

ColourScale choose_colour_scale(const Grid<float>& map, const Grid<std::int64_t>& count) {
  CSM_EXPECT(map.height() == count.height() && map.width() == count.width());
  std::vector<double> magnitudes;
  double negative = 0;
  double total = 0;
  const std::int64_t least_count = least_coloured_count(count);
  for (std::int64_t i = 0; i < map.size(); ++i) {
    const double value = map.values()[i];
    if (count.values()[i] < least_count || !std::isfinite(value)) continue;
    magnitudes.push_back(std::abs(value));
    total += std::abs(value);
    if (value < 0) negative -= value;
  }
  if (total == 0) return {0, 1, false};
  const auto rank =
      static_cast<std::ptrdiff_t>(quantile * static_cast<double>(magnitudes.size() - 1));
  std::nth_element(magnitudes.begin(), magnitudes.begin() + rank, magnitudes.end());
  double highest = magnitudes[rank];
  // A map that is zero nearly everywhere still needs a scale.
  if (highest == 0) highest = *std::max_element(magnitudes.begin(), magnitudes.end());
  const bool diverging = negative >= signed_share * total;
  return {diverging ? -highest : 0, highest, diverging};
}

}  // namespace csm
