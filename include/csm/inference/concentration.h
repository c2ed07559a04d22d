#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/inference/coarse_grid.h"
#include "csm/inference/findings.h"
#include "csm/inference/labelled_sums.h"

namespace csm {

/// How much of the model's map lies in few places (the paper's 5.7), free of what noise adds. Of
/// each place the square of the mean over persons counts, as ((sum x)^2 - sum x^2) / (n (n - 1)):
/// unbiased, so that noise cancels where it would spread a plain map. Which places are the first,
/// noise decides in part. So the places are chosen twice: by other persons than those whose values
/// count, which makes a measure too small, and by all, which makes it too large; the interval
/// reaches from the lower end of the one to the upper end of the other, both by the jackknife over
/// groups of persons.
class ConcentrationSplits {
 public:
  ConcentrationSplits(const CoarseGrid& grid, std::int64_t n_units, std::uint64_t seed);

  /// Weightings of the units: of all persons and without each group of persons in turn, for each
  /// halving; 0 if there are too few persons.
  std::int64_t n_weightings() const;

  /// Halves of a weighting: the groups of UnitMatrix::sums.
  static constexpr std::int64_t n_halves = 2;

  /// (n x n_halves x own units)
  std::vector<std::int8_t> weights(std::int64_t first, std::int64_t n,
                                   std::span<const std::int64_t> own_units) const;

  /// Numbers of a weighting: what lies in the first places, the area above the diagonal, and all;
  /// of places that other persons chose, then of those that all chose.
  static constexpr std::int64_t n_numbers = 6;

  /// The numbers of the weightings of these sums. (n x n_numbers)
  std::vector<double> numbers(const LabelledSums& sums, std::int64_t n) const;

  /// @param numbers of all weightings, in their order
  Concentration concentration(std::span<const double> numbers) const;

 private:
  const CoarseGrid& grid_;
  std::int64_t n_units_;
  std::uint64_t seed_;
};

}  // namespace csm
