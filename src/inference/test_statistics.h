#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "csm/inference/unit_values.h"

namespace csm {

/// n, mean and variance of a value over the units of a group that have it.
struct Moments {
  double n = 0;
  double mean = 0;      ///< NaN if n is 0
  double variance = 0;  ///< unbiased; NaN if n < 2
};

/// Sums over units of whole values, of their squares, and how many have a value.
struct WholeMoments {
  std::int64_t value = 0;  ///< or of values with turned signs
  std::int64_t square = 0;
  std::int64_t count = 0;
};

/// The moments that exact sums give.
Moments moments_of(const WholeMoments& sums, WholeScale scale);

/// A difference of two means with its standard error, sqrt(v1 / n1 + v2 / n2), and Welch's t.
struct MeanDifference {
  double difference = 0;
  double standard_error = 0;
  double t = 0;
};

inline constexpr MeanDifference unknown_difference{
    .difference = std::numeric_limits<double>::quiet_NaN(),
    .standard_error = std::numeric_limits<double>::quiet_NaN(),
    .t = std::numeric_limits<double>::quiet_NaN()};

/// First less second [Welch 1947]. NaN where a group has fewer than two values, or fewer than the
/// least share of its units; t is NaN too where nothing varies.
/// @param n_units of the two groups
MeanDifference welch_difference(const Moments& first, const Moments& second, double n_first_units,
                                double n_second_units);

/// The mean of differences within units against zero: t of Student's test for pairs. NaN as above.
MeanDifference paired_difference(const Moments& differences, double n_units);

/// Welch's F of the equality of k means with unequal variances [Welch 1951, Eq. (18)]; NaN as
/// above.
/// @pre groups and n_units have one length, two or more
double welch_f(std::span<const Moments> groups, std::span<const double> n_units);

/// The least share of a group's units that must have a value for it to be tested.
inline constexpr double least_share_seen = 0.1;

}  // namespace csm
