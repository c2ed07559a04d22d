#pragma once
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "csm/inference/labelled_sums.h"
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

/// Value number i of the sums of a group.
inline WholeMoments whole_moments(const GroupSums& sums, std::size_t i) {
  return {.value = sums.value[i], .square = sums.square[i], .count = sums.count[i]};
}

/// The moments that exact sums give. @param unit of the whole values
Moments moments_of(const WholeMoments& sums, double unit);
inline Moments moments_of(const GroupSums& sums, std::size_t i) {
  return moments_of(whole_moments(sums, i), sums.unit[i]);
}

/// Whether enough units have a value for its spread to be known.
bool has_enough_values(const Moments& group, double n_units);

/// A difference of two means with its standard error, sqrt(v1 / n1 + v2 / n2), and Welch's t.
struct MeanDifference {
  double difference = 0;
  double standard_error = 0;
  double t = 0;
  double freedom = 0;  ///< degrees of freedom of t [Welch 1947]
};

inline constexpr MeanDifference unknown_difference{
    .difference = std::numeric_limits<double>::quiet_NaN(),
    .standard_error = std::numeric_limits<double>::quiet_NaN(),
    .t = std::numeric_limits<double>::quiet_NaN(),
    .freedom = std::numeric_limits<double>::quiet_NaN()};

/// First less second [Welch 1947]. NaN where a group has fewer than two values, or fewer than the
/// least share of its units; t is NaN too where nothing varies.
/// @param n_units of the two groups
MeanDifference welch_difference(const Moments& first, const Moments& second, double n_first_units,
                                double n_second_units);

/// The mean of differences within units against zero: t of Student's test for pairs. NaN as above.
MeanDifference paired_difference(const Moments& differences, double n_units);

/// F of the equality of k means, with the degrees of freedom of its denominator; those of its
/// numerator are k - 1.
struct MeansRatio {
  double f = 0;
  double freedom = 0;
};

/// Welch's F of the equality of k means with unequal variances [Welch 1951, Eq. (18)]; NaN as
/// above.
/// @pre groups and n_units have one length, two or more
MeansRatio welch_f(std::span<const Moments> groups, std::span<const double> n_units);

/// The standard normal value that is as rare as a t of these degrees of freedom, to some hundredths
/// [Wallace 1959]. Places with few values, whose t has long tails, are then comparable with
/// the others. NaN where t is.
double normal_of_t(double t, double freedom);

/// The inverse of normal_of_t.
double t_of_normal(double z, double freedom);

/// The standard normal value that is as rare as an F, 0 for those below their middle [Paulson 1942,
/// by the cube roots of Wilson and Hilferty]. NaN where f is.
/// @param numerator_freedom degrees of freedom of the numerator
double normal_of_f(const MeansRatio& ratio, double numerator_freedom);

/// The least share of a group's units that must have a value for it to be tested.
inline constexpr double least_share_seen = 0.1;
/// A place needs this many values of a group, or a quarter of a small group: the variance of fewer
/// says little, above all of skewed drops.
inline constexpr double enough_values = 20;
inline constexpr double share_of_small_group = 0.25;

}  // namespace csm
