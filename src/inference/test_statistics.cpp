#include "test_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr double unknown_number = std::numeric_limits<double>::quiet_NaN();

bool is_seen(const Moments& group, double n_units) {
  return group.n >= 2 && group.n >= least_share_seen * n_units;
}

MeanDifference with_t(double difference, double variance) {
  const double error = std::sqrt(variance);
  return {.difference = difference,
          .standard_error = error,
          .t = error > 0 ? difference / error : unknown_number};
}

}  // namespace

Moments moments_of(const WholeMoments& sums, WholeScale scale) {
  const auto n = static_cast<double>(sums.count);
  if (sums.count < 1) return {.n = n, .mean = unknown_number, .variance = unknown_number};
  const auto value = static_cast<double>(sums.value);
  const double mean = value / n;
  // The sums are exact below 2^53, so that little is lost where the mean is large.
  const double variance =
      sums.count < 2 ? unknown_number
                     : std::max(0.0, static_cast<double>(sums.square) - value * mean) / (n - 1);
  return {.n = n,
          .mean = std::ldexp(mean, -scale.exponent),
          .variance = std::ldexp(variance, -2 * scale.exponent)};
}

MeanDifference welch_difference(const Moments& first, const Moments& second, double n_first_units,
                                double n_second_units) {
  if (!is_seen(first, n_first_units) || !is_seen(second, n_second_units)) return unknown_difference;
  return with_t(first.mean - second.mean, first.variance / first.n + second.variance / second.n);
}

MeanDifference paired_difference(const Moments& differences, double n_units) {
  if (!is_seen(differences, n_units)) return unknown_difference;
  return with_t(differences.mean, differences.variance / differences.n);
}

double welch_f(std::span<const Moments> groups, std::span<const double> n_units) {
  CSM_EXPECT(groups.size() >= 2 && groups.size() == n_units.size());

  // Weights n / variance, and the mean that they give.
  double weight_sum = 0;
  double weighted_mean = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!is_seen(groups[i], n_units[i]) || groups[i].variance <= 0) return unknown_number;
    const double weight = groups[i].n / groups[i].variance;
    weight_sum += weight;
    weighted_mean += weight * groups[i].mean;
  }
  weighted_mean /= weight_sum;

  // [Welch 1951, Eq. (18)]
  const auto k = static_cast<double>(groups.size());
  double between = 0;
  double correction = 0;
  for (const Moments& group : groups) {
    const double weight = group.n / group.variance;
    const double deviation = group.mean - weighted_mean;
    between += weight * deviation * deviation / (k - 1);
    const double rest = 1 - weight / weight_sum;
    correction += rest * rest / (group.n - 1);
  }
  return between / (1 + 2 * (k - 2) / (k * k - 1) * correction);
}

}  // namespace csm
