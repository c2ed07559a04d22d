#pragma once
#include <cstdint>
#include <span>
#include <vector>

namespace csm {

/// What the values of each group are like between its units.
struct GroupSpreads {
  std::int64_t n_groups = 0;
  std::vector<double> mean;       ///< (n_groups x n_values), NaN of no values
  std::vector<double> deviation;  ///< standard deviation (n_groups x n_values), NaN of fewer than 2

  std::int64_t n_values() const { return std::ssize(mean) / n_groups; }
  std::size_t index(std::int64_t group, std::int64_t value) const {
    return static_cast<std::size_t>(group * n_values() + value);
  }

  /// The deviations of a group as multiples of those of another: median over the first n values; 1
  /// if none of both varies.
  double ratio(std::int64_t group, std::int64_t other, std::int64_t n) const;

  /// These, as if no other group varied.
  GroupSpreads only(std::int64_t group) const;

  /// Turns the values of a unit of a group into deviations from the group's mean, as multiples of
  /// its standard deviation. 0 if the group does not vary. @param row (n_values), NaN stays
  void standardise(std::int64_t group, std::span<float> row) const;
};

}  // namespace csm
