#include "csm/store/group_difference.h"

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
  for (std::size_t q = 0; q < compared.significance.size(); ++q) {
    const float t = compared.significance.values()[q];
    if (!std::isfinite(t)) continue;
    const auto squared = [&](const CanonicalMap& map) {
      const auto error = static_cast<double>(map.standard_error.values()[q]);
      return error * error;
    };
    const double degrees =
        welch_degrees(squared(first), static_cast<double>(first.count.values()[q]), squared(second),
                      static_cast<double>(second.count.values()[q]));
    n_known += 1;
    if (std::abs(static_cast<double>(t)) > limit) n_beyond += 1;
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
  for (std::size_t i = 0; i < first.mean.size(); ++i) {
    if (first.count.values()[i] == 0 || second.count.values()[i] == 0) continue;
    const float difference = first.mean.values()[i] - second.mean.values()[i];
    const float error =
        std::hypot(first.standard_error.values()[i], second.standard_error.values()[i]);
    result.difference.values()[i] = difference;
    result.standard_error.values()[i] = error;
    if (error > 0) result.significance.values()[i] = difference / error;
  }
  return result;
}

}  // namespace csm
