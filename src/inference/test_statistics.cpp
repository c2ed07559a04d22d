#include "test_statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr double unknown_number = std::numeric_limits<double>::quiet_NaN();

MeanDifference with_t(double difference, double variance, double freedom) {
  const double error = std::sqrt(variance);
  return {.difference = difference,
          .standard_error = error,
          .t = error > 0 ? difference / error : unknown_number,
          .freedom = freedom};
}

}  // namespace

bool has_enough_values(const Moments& group, double n_units) {
  const double enough = std::min(enough_values, share_of_small_group * n_units);
  return group.n >= 2 && group.n >= std::max(enough, least_share_seen * n_units);
}

Moments moments_of(const WholeMoments& sums, double unit) {
  const auto n = static_cast<double>(sums.count);
  if (sums.count < 1) return {.n = n, .mean = unknown_number, .variance = unknown_number};
  const auto value = static_cast<double>(sums.value);
  const double mean = value / n;
  // The sums are exact below 2^53, so that little is lost where the mean is large.
  const double variance =
      sums.count < 2 ? unknown_number
                     : std::max(0.0, static_cast<double>(sums.square) - value * mean) / (n - 1);
  return {.n = n, .mean = mean * unit, .variance = variance * unit * unit};
}

MeanDifference welch_difference(const Moments& first, const Moments& second, double n_first_units,
                                double n_second_units) {
  if (!has_enough_values(first, n_first_units) || !has_enough_values(second, n_second_units))
    return unknown_difference;
  const double a = first.variance / first.n;
  const double b = second.variance / second.n;
  const double freedom = (a + b) * (a + b) / (a * a / (first.n - 1) + b * b / (second.n - 1));
  return with_t(first.mean - second.mean, a + b, freedom);
}

MeanDifference paired_difference(const Moments& differences, double n_units) {
  if (!has_enough_values(differences, n_units)) return unknown_difference;
  return with_t(differences.mean, differences.variance / differences.n, differences.n - 1);
}

MeansRatio welch_f(std::span<const Moments> groups, std::span<const double> n_units) {
  CSM_EXPECT(groups.size() >= 2 && groups.size() == n_units.size());

  // Weights n / variance, and the mean that they give.
  double weight_sum = 0;
  double weighted_mean = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!has_enough_values(groups[i], n_units[i]) || groups[i].variance <= 0)
      return {.f = unknown_number, .freedom = unknown_number};
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
  return {.f = between / (1 + 2 * (k - 2) / (k * k - 1) * correction),
          .freedom = (k * k - 1) / (3 * correction)};
}

double normal_of_t(double t, double freedom) {
  const double factor = (8 * freedom + 1) / (8 * freedom + 3);
  return std::copysign(factor * std::sqrt(freedom * std::log1p(t * t / freedom)), t);
}

double t_of_normal(double z, double freedom) {
  const double factor = (8 * freedom + 3) / (8 * freedom + 1);
  return std::copysign(std::sqrt(freedom * std::expm1(factor * factor * z * z / freedom)), z);
}

double normal_of_f(const MeansRatio& ratio, double numerator_freedom) {
  const double above = 2 / (9 * numerator_freedom);
  const double below = 2 / (9 * ratio.freedom);
  const double root = std::cbrt(ratio.f);
  const double z = ((1 - below) * root - (1 - above)) / std::sqrt(below * root * root + above);
  return std::isnan(z) ? z : std::max(z, 0.0);
}

}  // namespace csm
