#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "csm/inference/coarse_grid.h"
#include "csm/inference/findings.h"
#include "csm/inference/group_design.h"
#include "csm/inference/group_spreads.h"
#include "csm/inference/labelled_sums.h"
#include "csm/inference/unit_values.h"

namespace csm {

struct MeanDifference;
struct Moments;

/// The largest statistics of some labellings; number 0 of a test is the observed one. All have one
/// length.
struct LabellingMaxima {
  std::vector<double> place;     ///< largest magnitude of the statistic over the places
  std::vector<double> enhanced;  ///< largest enhanced magnitude over the places
  std::vector<double> region;    ///< largest magnitude of the statistic over the regions

  void append(const LabellingMaxima& more);
};

/// Makes each p the larger of those from these and from other labellings, beside the same observed
/// one: number 0 stays, that of the others is not used, and the rest gets in ascending order.
/// @pre as many others
void raise_maxima(std::vector<double>& own, std::vector<double> others);

/// What is compared over the labellings and enhanced. normal: t or F as the standard normal value
/// that is as rare at its degrees of freedom, so that places with few values do not set the largest
/// one. t: as it is, which other programs compare.
enum class TestStatistic { normal, t };

/// One comparison, as each rank sees it: how its units are weighted under each labelling, and what
/// the sums of all ranks then say. Two groups: Welch's t, or Student's for pairs. More: Welch's F.
/// Which places count, and what is largest, is a function of the labelled values alone, so that all
/// labellings are as likely without a difference: p = (1 + #{max >= |t|}) / (P + 1).
class PermutationTest {
 public:
  /// @param design and grid live longer than the test
  PermutationTest(const CoarseGrid& grid, const GroupDesign& design, std::uint64_t seed,
                  TestStatistic statistic = TestStatistic::normal);

  /// The same test with labellings of standardised values (GroupSpreads::standardise), in which
  /// each group keeps its observed spread: it supposes equal means and one shape of the groups'
  /// distributions, not one spread. t of two groups that vary is enlarged by what the variance
  /// of their difference lacks, as both are drawn from the same units.
  PermutationTest keeping(GroupSpreads spreads) const;

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

  /// What the values of each group are like, if labels are exchanged. @param observed whose first
  /// labelling is number 0
  GroupSpreads spreads(const LabelledSums& observed, const LabelledSums& totals) const;

  /// Whether the statistic of the observed labelling is known at any place.
  bool has_statistic(const LabelledSums& observed, const LabelledSums& totals) const;

  /// The observed comparison of two groups. @param sums whose first labelling is number 0
  PairFinding finding(const LabelledSums& sums, const LabelledSums& totals,
                      const LabellingMaxima& all) const;

 private:
  struct Row {
    std::vector<float> tested;  ///< the statistic that is compared
    std::vector<float> difference, standard_error, t, freedom;
  };
  /// How far a difference is from zero whose statistic has this magnitude. (n_values)
  std::vector<float> half_widths(const Row& row, double statistic) const;
  /// Sets how much of the face could be tested, and how much of that differs.
  void describe_face(std::span<const float> p_tfce, PairFinding& found) const;
  /// One for each group, or for the differences of pairs.
  std::vector<Moments> places_for_moments() const;
  /// Of two groups or of pairs, at value number i.
  MeanDifference difference(std::span<const Moments> groups, std::size_t i) const;
  /// What is compared over the labellings. (n_values)
  std::vector<float> statistics(const LabelledSums& sums, std::int64_t labelling,
                                const LabelledSums& totals) const;
  /// Of two groups or of pairs. @param sums whose first labelling is number 0
  Row observed_row(const LabelledSums& sums, const LabelledSums& totals) const;

  const CoarseGrid& grid_;
  const GroupDesign& design_;
  std::uint64_t seed_;
  TestStatistic statistic_;
  std::vector<double> n_units_;  ///< of each group
  double factor_ = 1;            ///< stratum_factor
  std::optional<GroupSpreads> kept_;
};

/// (1 + #{other >= value}) / (P + 1), where `maxima` holds the observed and the P others.
double corrected_p(const std::vector<double>& maxima, double value);

/// The value that at most a share of the labellings exceeds; NaN of fewer than 1 / level.
double critical_value(std::vector<double> maxima, double level = significance_level);

}  // namespace csm
