#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "csm/inference/coarse_grid.h"
#include "csm/inference/findings.h"
#include "csm/inference/group_design.h"
#include "csm/inference/labelled_sums.h"
#include "csm/inference/unit_values.h"

namespace csm {

/// The largest statistics of some labellings; number 0 of a test is the observed one. All have one
/// length.
struct LabellingMaxima {
  std::vector<double> t;         ///< largest |t| over the places, or F
  std::vector<double> enhanced;  ///< largest enhanced |t| over the places
  std::vector<double> region_t;  ///< largest |t| over the regions, or F

  void append(const LabellingMaxima& more);
};

/// One comparison, as each rank sees it: how its units are weighted under each labelling, and what
/// the sums of all ranks then say. Two groups: Welch's t, or Student's for pairs. More: Welch's F.
/// Which places count, and what is largest, is a function of the labelled values alone, so that all
/// labellings are as likely without a difference: p = (1 + #{max >= |t|}) / (P + 1).
class PermutationTest {
 public:
  /// @param design and grid live longer than the test
  PermutationTest(const CoarseGrid& grid, const GroupDesign& design, WholeScale scale,
                  std::uint64_t seed);

  /// Groups of which sums are needed: of labels all but the last, which the totals give.
  std::int64_t n_summed_groups() const;

  /// The weights of labellings first .. first + n - 1 for some units of the design, for
  /// UnitMatrix::sums. (n x n_summed_groups() x own units)
  std::vector<std::int8_t> weights(std::int64_t first, std::int64_t n,
                                   std::span<const std::int64_t> own_units) const;

  /// What the labellings of these sums give, in parallel. @param totals of all units once; 1
  /// labelling, 1 group
  LabellingMaxima maxima(const LabelledSums& sums, std::int64_t n_labellings,
                         const LabelledSums& totals) const;

  /// The observed comparison of two groups. @param sums whose first labelling is number 0
  PairFinding finding(const LabelledSums& sums, const LabelledSums& totals,
                      const LabellingMaxima& all) const;

 private:
  struct Row {
    std::vector<float> difference, standard_error, t;
  };
  double spread_ratio(const LabelledSums& sums, const LabelledSums& totals) const;
  Row compare(const LabelledSums& sums, std::int64_t labelling, const LabelledSums& totals) const;

  const CoarseGrid& grid_;
  const GroupDesign& design_;
  WholeScale scale_;
  std::uint64_t seed_;
  std::vector<double> n_units_;  ///< of each group
};

/// (1 + #{other >= value}) / (P + 1), where `maxima` holds the observed and the P others.
double corrected_p(const std::vector<double>& maxima, double value);

/// The value that at most 5 % of the labellings exceed.
double critical_value(std::vector<double> maxima);

}  // namespace csm
