#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/inference/coarse_grid.h"
#include "csm/inference/findings.h"
#include "csm/inference/labelled_sums.h"
#include "csm/inference/unit_values.h"

namespace csm {

/// Symmetric bootstrap-t intervals [Hall 1988; Efron, Tibshirani 1993, ch. 12]: |t*| = |mean* -
/// mean| / error* of resamples of the persons, each drawn with repetition; an interval reaches as
/// far as 95 % of the |t*|. It holds better than Student's for skewed drops and few persons,
/// because t* is as skewed as t.
class Resampling {
 public:
  Resampling(const CoarseGrid& grid, std::int64_t n_units, std::uint64_t seed);

  /// How often resamples first .. first + n - 1 draw some of the units, for UnitMatrix::sums.
  /// (n x own units)
  std::vector<std::int8_t> weights(std::int64_t first, std::int64_t n,
                                   std::span<const std::int64_t> own_units) const;

  /// |t*| of each value in these resamples, in parallel: infinite where the resample does not vary.
  /// @param totals of all units once. Returns (n_resamples x n_values)
  std::vector<float> magnitudes(const LabelledSums& sums, std::int64_t n_resamples,
                                const LabelledSums& totals) const;

  /// The intervals. @param all magnitudes of all resamples, in any order
  MapIntervals intervals(const LabelledSums& totals, std::span<const float> all) const;

 private:
  /// Each value's mean and error, the bound of its |t*|, and the half width that these give.
  struct Row {
    std::vector<float> mean, error, bound, half_width;
  };
  Row row_of(const LabelledSums& totals, std::span<const float> all) const;

  const CoarseGrid& grid_;
  std::int64_t n_units_;
  std::uint64_t seed_;
};

}  // namespace csm
