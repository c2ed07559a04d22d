#include "group_difference.h"

#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstddef>
#include <limits>

#include "csm/core/error.h"

namespace csm {
namespace {

/// Welch's degrees of freedom of the difference of two means with these squared standard errors.
double welch_degrees(double square_a, double n_a, double square_b, double n_b) {
  const double sum = square_a + square_b;
  return sum * sum / (square_a * square_a / (n_a - 1) + square_b * square_b / (n_b - 1));
}

}  // namespace

ShareApart share_apart(const CanonicalMap& first, const CanonicalMap& second, double limit) {
  CSM_EXPECT(limit > 0);
  const GroupDifference compared = compare_groups(first, second);
  double n_known = 0;
  double n_beyond = 0;
  double expected = 0;
  for (std::int64_t q = 0; q < compared.significance.size(); ++q) {
    const float t = compared.significance[q];
    if (!std::isfinite(t)) continue;
    const auto squared = [&](const CanonicalMap& map) {
      const double error = map.standard_error[q];
      return error * error;
    };
    const double degrees = welch_degrees(squared(first), static_cast<double>(first.count[q]),
                                         squared(second), static_cast<double>(second.count[q]));
    n_known += 1;
    if (std::abs(t) > limit) n_beyond += 1;
    expected +=
        2 * boost::math::cdf(boost::math::complement(boost::math::students_t(degrees), limit));
  }
  if (n_known == 0) return {};
  return {.found = n_beyond / n_known, .by_chance = expected / n_known};
}

GroupDifference compare_groups(const CanonicalMap& first, const CanonicalMap& second) {
  const int height = first.mean.height();
  const int width = first.mean.width();
  CSM_EXPECT(second.mean.height() == height && second.mean.width() == width);
  constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
  GroupDifference result{Grid<float>(height, width, unknown), Grid<float>(height, width, unknown),
                         Grid<float>(height, width, unknown)};
  for (std::int64_t i = 0; i < first.mean.size(); ++i) {
    if (first.count[i] == 0 || second.count[i] == 0) continue;
    const float difference = first.mean[i] - second.mean[i];
    const float error = std::hypot(first.standard_error[i], second.standard_error[i]);
    result.difference[i] = difference;
    result.standard_error[i] = error;
    if (error > 0) result.significance[i] = difference / error;
  }
  return result;
}

}  // namespace csm
