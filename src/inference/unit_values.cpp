#include "csm/inference/unit_values.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "csm/core/error.h"

namespace csm {
namespace {

/// The mean of each value over the images that have it; NaN if none has.
std::vector<double> mean_row(std::span<const std::int64_t> members, const ValueRows& images,
                             std::span<const std::int64_t> row_of_image) {
  std::vector<double> sum(static_cast<std::size_t>(images.n_values), 0);
  std::vector<int> n(sum.size(), 0);
  for (const std::int64_t image : members) {
    const std::span<const float> row = images.row(row_of_image[static_cast<std::size_t>(image)]);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (std::isnan(row[i])) continue;
      sum[i] += double{row[i]};
      n[i] += 1;
    }
  }
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] = n[i] > 0 ? sum[i] / n[i] : std::numeric_limits<double>::quiet_NaN();
  return sum;
}

}  // namespace

std::vector<float> unit_row(const DesignUnit& unit, Exchange exchange, const ValueRows& images,
                            std::span<const std::int64_t> row_of_image) {
  const std::size_t own = exchange == Exchange::labels ? static_cast<std::size_t>(unit.group) : 0;
  std::vector<double> mean = mean_row(unit.images_of_group[own], images, row_of_image);
  if (exchange == Exchange::signs) {
    const std::vector<double> other = mean_row(unit.images_of_group[1], images, row_of_image);
    for (std::size_t i = 0; i < mean.size(); ++i) mean[i] -= other[i];
  }
  return {mean.begin(), mean.end()};
}

double choose_unit(double largest, std::int64_t n) {
  CSM_EXPECT(n > 0 && std::isfinite(largest));
  const int bits_of_n = static_cast<int>(std::ceil(std::log2(static_cast<double>(n) + 1)));
  // A float has 24 bits: more would not make the values finer.
  const int bits = std::min(24, (53 - bits_of_n) / 2);
  return largest > 0 ? std::ldexp(1.0, std::ilogb(largest) + 1 - bits) : 1;
}

std::vector<double> choose_units(std::span<const double> largest, std::int64_t n) {
  std::vector<double> units;
  units.reserve(largest.size());
  for (const double magnitude : largest) units.push_back(choose_unit(magnitude, n));
  return units;
}

std::vector<double> largest_magnitudes(const ValueRows& rows) {
  std::vector<double> largest(static_cast<std::size_t>(rows.n_values), 0);
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    const double magnitude = std::abs(double{rows.values[i]});
    double& most = largest[i % largest.size()];
    if (magnitude > most) most = magnitude;  // not if it is unknown
  }
  return largest;
}

}  // namespace csm
