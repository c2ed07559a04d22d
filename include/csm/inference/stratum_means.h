#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/inference/group_design.h"
#include "csm/inference/labelled_sums.h"
#include "csm/inference/unit_values.h"

namespace csm {

/// The means of the units of each stratum of --permute-within. Without them values differ by what
/// holds within the strata only, whichever strata the groups are of.
class StratumMeans {
 public:
  /// @param sums of the units of each stratum; 1 labelling, n_strata groups
  StratumMeans(const LabelledSums& sums, std::int64_t n_strata);

  /// Takes the means of a stratum from the values of one of its units. @param row (n_values)
  void subtract(std::int32_t stratum, std::span<float> row) const;

 private:
  std::vector<std::vector<double>> means_;  ///< (n_strata x n_values), NaN of no values
};

/// What a difference of two groups of such values is multiplied by to be the mean of the strata's
/// differences d, each with the weight w = n_a n_b / (n_a + n_b) of its units: the estimate of
/// least squares with a constant of each stratum. The sum of group a's values is sum(w d) then, and
/// that of group b's the opposite. 1 for one stratum. @pre two groups
double stratum_factor(const GroupDesign& design);

}  // namespace csm
