#include "csm/inference/permutation_test.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "cluster_enhancement.h"
#include "csm/core/error.h"
#include "csm/core/magnitude.h"
#include "csm/inference/stratum_means.h"
#include "csm/mesh/regions.h"
#include "median.h"
#include "test_statistics.h"

namespace csm {
namespace {

double median_of_known(std::vector<float> values, std::size_t n_places) {
  values.resize(n_places);
  std::erase_if(values, [](float value) { return std::isnan(value); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  return upper_median(values);
}

/// The corrected p value of each known statistic; NaN elsewhere.
std::vector<float> corrected_row(std::span<const float> statistic, std::vector<double> maxima) {
  std::sort(maxima.begin(), maxima.end());
  std::vector<float> p(statistic.size(), std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = 0; i < statistic.size(); ++i) {
    if (std::isnan(statistic[i])) continue;
    const auto below =
        std::lower_bound(maxima.begin(), maxima.end(), std::abs(double{statistic[i]}));
    p[i] = static_cast<float>(static_cast<double>(maxima.end() - below) /
                              static_cast<double>(maxima.size()));
  }
  return p;
}

/// The moments of each group under one labelling: of labels, the last group is what the others
/// leave of the totals.
class GroupMoments {
 public:
  GroupMoments(const LabelledSums& sums, std::int64_t labelling, std::int64_t n_summed,
               const LabelledSums& totals)
      : total_(totals.of(0, 0)) {
    for (std::int64_t group = 0; group < n_summed; ++group)
      summed_.push_back(sums.of(labelling, group));
  }

  /// Value number i in each group: as many as were summed, or one more.
  void get(std::size_t i, std::span<Moments> groups) const {
    WholeMoments rest = whole_moments(total_, i);
    for (std::size_t group = 0; group < summed_.size(); ++group) {
      const WholeMoments own = whole_moments(summed_[group], i);
      groups[group] = moments_of(own, total_.unit[i]);
      rest = {.value = rest.value - own.value,
              .square = rest.square - own.square,
              .count = rest.count - own.count};
    }
    if (groups.size() > summed_.size()) groups.back() = moments_of(rest, total_.unit[i]);
  }

 private:
  GroupSums total_;
  std::vector<GroupSums> summed_;
};

/// What t of two groups that take these deviations is multiplied by. An exchange draws both groups
/// from the same N units: if one mean is too high the other one is too low, and the variance of
/// their difference is by (a - b)^2 / N less than a^2 / n_a + b^2 / n_b, that of two samples. 1 if
/// one group does not vary, as it then mirrors nothing.
double finite_units_factor(const Moments& first, const Moments& second, double a, double b) {
  if (a == 0 || b == 0) return 1;
  const double samples = a * a / first.n + b * b / second.n;
  const double exchanges = samples - (a - b) * (a - b) / (first.n + second.n);
  return std::sqrt(samples / exchanges);
}

/// Gives values that were standardised the spreads of their groups again.
void widen(std::span<Moments> groups, const GroupSpreads& spreads, std::size_t i) {
  for (std::size_t group = 0; group < groups.size(); ++group) {
    const double deviation = spreads.deviation[spreads.index(static_cast<std::int64_t>(group),
                                                             static_cast<std::int64_t>(i))];
    groups[group].mean *= deviation;
    groups[group].variance *= deviation * deviation;
  }
}

}  // namespace

void LabellingMaxima::append(const LabellingMaxima& more) {
  place.insert(place.end(), more.place.begin(), more.place.end());
  enhanced.insert(enhanced.end(), more.enhanced.begin(), more.enhanced.end());
  region.insert(region.end(), more.region.begin(), more.region.end());
}

void raise_maxima(std::vector<double>& own, std::vector<double> others) {
  CSM_EXPECT(own.size() == others.size() && !own.empty());
  std::sort(own.begin() + 1, own.end());
  std::sort(others.begin() + 1, others.end());
  // As many of the larger ones reach a value as of the list of which more do.
  std::transform(own.begin() + 1, own.end(), others.begin() + 1, own.begin() + 1,
                 [](double one, double more) { return std::max(one, more); });
}

PermutationTest::PermutationTest(const CoarseGrid& grid, const GroupDesign& design,
                                 std::uint64_t seed, TestStatistic statistic)
    : grid_(grid), design_(design), seed_(seed), statistic_(statistic) {
  for (const std::int64_t n : design.n_units_of_group()) n_units_.push_back(static_cast<double>(n));
  if (design.groups.size() == 2 && design.exchange == Exchange::labels)
    factor_ = stratum_factor(design);
}

PermutationTest PermutationTest::keeping(GroupSpreads spreads) const {
  PermutationTest test(grid_, design_, seed_, statistic_);
  test.kept_ = std::move(spreads);
  return test;
}

std::int64_t PermutationTest::n_summed_groups() const {
  return design_.exchange == Exchange::signs ? 1 : std::ssize(design_.groups) - 1;
}

std::vector<std::int8_t> PermutationTest::weights(std::int64_t first, std::int64_t n,
                                                  std::span<const std::int64_t> own_units) const {
  const std::int64_t n_groups = n_summed_groups();
  std::vector<std::int8_t> weights;
  weights.reserve(static_cast<std::size_t>(n * n_groups) * own_units.size());
  for (std::int64_t p = first; p < first + n; ++p) {
    const std::vector<std::int8_t> labels = labelling(design_, p, seed_);
    for (std::int64_t group = 0; group < n_groups; ++group) {
      for (const std::int64_t unit : own_units) {
        const std::int8_t label = labels[static_cast<std::size_t>(unit)];
        const bool is_sign = design_.exchange == Exchange::signs;
        weights.push_back(is_sign ? label : static_cast<std::int8_t>(label == group));
      }
    }
  }
  return weights;
}

std::vector<Moments> PermutationTest::places_for_moments() const {
  return std::vector<Moments>(design_.exchange == Exchange::signs ? 1 : design_.groups.size());
}

MeanDifference PermutationTest::difference(std::span<const Moments> groups, std::size_t i) const {
  if (groups.size() == 1) return paired_difference(groups[0], n_units_[0]);
  MeanDifference found = welch_difference(groups[0], groups[1], n_units_[0], n_units_[1]);
  if (kept_) {
    const auto value = static_cast<std::int64_t>(i);
    found.t *= finite_units_factor(groups[0], groups[1], kept_->deviation[kept_->index(0, value)],
                                   kept_->deviation[kept_->index(1, value)]);
  }
  return found;
}

std::vector<float> PermutationTest::statistics(const LabelledSums& sums, std::int64_t labelling,
                                               const LabelledSums& totals) const {
  const GroupMoments moments(sums, labelling, n_summed_groups(), totals);
  const bool is_normal = statistic_ == TestStatistic::normal;
  std::vector<float> statistics(static_cast<std::size_t>(grid_.n_values()));
  std::vector<Moments> groups = places_for_moments();
  for (std::size_t i = 0; i < statistics.size(); ++i) {
    moments.get(i, groups);
    if (kept_) widen(groups, *kept_, i);
    double statistic = 0;
    if (groups.size() > 2) {
      const MeansRatio ratio = welch_f(groups, n_units_);
      statistic = is_normal ? normal_of_f(ratio, static_cast<double>(groups.size() - 1)) : ratio.f;
    } else {
      const MeanDifference found = difference(groups, i);
      statistic = is_normal ? normal_of_t(found.t, found.freedom) : found.t;
    }
    statistics[i] = static_cast<float>(statistic);
  }
  return statistics;
}

PermutationTest::Row PermutationTest::observed_row(const LabelledSums& sums,
                                                   const LabelledSums& totals) const {
  const GroupMoments moments(sums, 0, n_summed_groups(), totals);
  Row row;
  row.tested = statistics(sums, 0, totals);
  std::vector<Moments> groups = places_for_moments();
  for (std::size_t i = 0; i < row.tested.size(); ++i) {
    moments.get(i, groups);
    const MeanDifference found = difference(groups, i);
    row.difference.push_back(static_cast<float>(factor_ * found.difference));
    row.standard_error.push_back(static_cast<float>(factor_ * found.standard_error));
    row.t.push_back(static_cast<float>(found.t));
    row.freedom.push_back(static_cast<float>(found.freedom));
  }
  return row;
}

std::vector<float> PermutationTest::half_widths(const Row& row, double statistic) const {
  std::vector<float> widths;
  widths.reserve(row.t.size());
  for (std::size_t i = 0; i < row.t.size(); ++i) {
    const double t = statistic_ == TestStatistic::normal
                         ? t_of_normal(statistic, double{row.freedom[i]})
                         : statistic;
    widths.push_back(static_cast<float>(t * double{row.standard_error[i]}));
  }
  return widths;
}

GroupSpreads PermutationTest::spreads(const LabelledSums& observed,
                                      const LabelledSums& totals) const {
  CSM_EXPECT(design_.exchange == Exchange::labels);
  const auto n_groups = std::size(design_.groups);
  const auto n_values = static_cast<std::size_t>(grid_.n_values());
  const GroupMoments moments(observed, 0, n_summed_groups(), totals);
  GroupSpreads spreads{.n_groups = std::ssize(design_.groups),
                       .mean = std::vector<double>(n_groups * n_values),
                       .deviation = std::vector<double>(n_groups * n_values)};
  std::vector<Moments> groups(n_groups);
  for (std::size_t i = 0; i < n_values; ++i) {
    moments.get(i, groups);
    for (std::size_t group = 0; group < n_groups; ++group) {
      spreads.mean[group * n_values + i] = groups[group].mean;
      spreads.deviation[group * n_values + i] = std::sqrt(groups[group].variance);
    }
  }
  return spreads;
}

bool PermutationTest::has_statistic(const LabelledSums& observed,
                                    const LabelledSums& totals) const {
  const std::vector<float> tested = statistics(observed, 0, totals);
  return std::any_of(tested.begin(), tested.begin() + grid_.n_places(),
                     [](float value) { return !std::isnan(value); });
}

LabellingMaxima PermutationTest::maxima(const LabelledSums& sums, std::int64_t n_labellings,
                                        const LabelledSums& totals) const {
  const auto n_places = static_cast<std::size_t>(grid_.n_places());
  const auto n = static_cast<std::size_t>(n_labellings);
  LabellingMaxima maxima{std::vector<double>(n), std::vector<double>(n), std::vector<double>(n)};
  at::parallel_for(0, n_labellings, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) {
      const std::vector<float> tested = statistics(sums, p, totals);
      const std::span places = std::span(tested).first(n_places);
      const auto slot = static_cast<std::size_t>(p);
      maxima.place[slot] = largest_magnitude(places);
      maxima.region[slot] = largest_magnitude(std::span(tested).subspan(n_places));
      if (design_.groups.size() == 2)
        maxima.enhanced[slot] = largest_magnitude(enhance_clusters(grid_, places));
    }
  });
  return maxima;
}

void PermutationTest::describe_face(std::span<const float> p_tfce, PairFinding& found) const {
  double whole = 0;
  double tested = 0;
  double differs = 0;
  for (std::size_t place = 0; place < p_tfce.size(); ++place) {
    const double pixels = grid_.face_pixels()[place];
    whole += pixels;
    if (std::isnan(p_tfce[place])) continue;
    tested += pixels;
    // p_tfce is in single precision, in which .05 is above that in double precision.
    if (p_tfce[place] <= static_cast<float>(significance_level)) differs += pixels;
  }
  found.share_tested = whole > 0 ? tested / whole : 0;
  found.share_of_face = tested > 0 ? differs / tested : 0;
}

PairFinding PermutationTest::finding(const LabelledSums& sums, const LabelledSums& totals,
                                     const LabellingMaxima& all) const {
  CSM_EXPECT(design_.groups.size() == 2 && !kept_);
  const Row row = observed_row(sums, totals);
  const auto n_places = static_cast<std::size_t>(grid_.n_places());
  const std::span tested = std::span(row.tested).first(n_places);
  const std::vector<float> enhanced = enhance_clusters(grid_, tested);
  const std::vector<float> p_tfce = corrected_row(enhanced, all.enhanced);

  PairFinding found;
  found.first = design_.groups[0];
  found.second = design_.groups[1];
  found.exchange = design_.exchange;
  found.n_first = std::llround(n_units_[0]);
  found.n_second = std::llround(n_units_[1]);
  found.n_permutations = std::ssize(all.place) - 1;
  found.difference = grid_.to_image(row.difference);
  found.standard_error = grid_.to_image(row.standard_error);
  found.t = grid_.to_image(row.t);
  found.z = grid_.to_image(tested);
  found.p_fwe = grid_.to_image(corrected_row(tested, all.place));
  found.enhanced = grid_.to_image(enhanced);
  found.p_tfce = grid_.to_image(p_tfce);
  found.critical_z = critical_value(all.place);
  found.smallest_p = design_.smallest_p;
  found.half_width = grid_.to_image(half_widths(row, found.critical_z));
  found.p_map = corrected_p(all.enhanced, largest_magnitude(enhanced));
  found.remarks = design_.remarks;
  if (design_.exchange == Exchange::labels)
    found.spread_ratio = spreads(sums, totals).ratio(0, 1, grid_.n_places());

  describe_face(p_tfce, found);
  found.largest_z = all.place;
  found.typical_error = median_of_known(row.standard_error, n_places);
  found.typical_freedom = median_of_known(row.freedom, n_places);

  // The regions, corrected for their own number.
  const std::vector<float> reach = half_widths(row, critical_value(all.region));
  for (std::size_t region = 0; region + 1 < static_cast<std::size_t>(n_regions); ++region) {
    const std::size_t i = n_places + region;
    if (std::isnan(row.t[i])) continue;
    const double difference = row.difference[i];
    found.regions.push_back({.name = std::string(region_names[region + 1]),
                             .difference = difference,
                             .standard_error = row.standard_error[i],
                             .low = difference - double{reach[i]},
                             .high = difference + double{reach[i]},
                             .t = row.t[i],
                             .p_fwe = corrected_p(all.region, std::abs(double{row.tested[i]}))});
  }
  return found;
}

double corrected_p(const std::vector<double>& maxima, double value) {
  CSM_EXPECT(!maxima.empty());
  const auto n =
      std::count_if(maxima.begin(), maxima.end(), [value](double other) { return other >= value; });
  // The observed one is among them; it counts even if it is what was rounded down.
  return static_cast<double>(std::max<std::int64_t>(n, 1)) / static_cast<double>(maxima.size());
}

double critical_value(std::vector<double> maxima, double level) {
  CSM_EXPECT(!maxima.empty());
  if (static_cast<double>(maxima.size()) * level < 1 - 1e-9)
    return std::numeric_limits<double>::quiet_NaN();
  std::sort(maxima.begin(), maxima.end());
  const auto n = static_cast<double>(maxima.size());
  const auto index = static_cast<std::size_t>(std::ceil((1 - level) * n - 1e-9)) - 1;
  return maxima[index];
}

}  // namespace csm
