#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "csm/inference/permutation_test.h"
#include "inference_golden.h"

namespace csm {
namespace {

using test::golden_grid;
using test::golden_rows;
using test::inference_golden;

/// A whole test on one rank.
struct WholeTest {
  LabellingMaxima maxima;
  PairFinding finding;
};

/// The units of a design as whole numbers, and the indices of all of them.
struct Units {
  UnitMatrix matrix;
  LabelledSums totals;
  std::vector<std::int64_t> all;
};

Units units_of(const ValueRows& unit_rows) {
  const std::int64_t n_units = unit_rows.n_rows();
  UnitMatrix matrix(unit_rows, choose_units(largest_magnitudes(unit_rows), unit_rows.n_rows()));
  LabelledSums totals =
      matrix.sums(std::vector<std::int8_t>(static_cast<std::size_t>(n_units), 1), 1, 1);
  std::vector<std::int64_t> all(static_cast<std::size_t>(n_units));
  std::iota(all.begin(), all.end(), 0);
  return {.matrix = std::move(matrix), .totals = std::move(totals), .all = all};
}

LabelledSums sums_of(const Units& units, const PermutationTest& test, std::int64_t n_labellings) {
  return units.matrix.sums(test.weights(0, n_labellings, units.all), n_labellings,
                           test.n_summed_groups());
}

ValueRows unit_rows_of(const ValueRows& rows, const GroupDesign& design) {
  ValueRows unit_rows{.n_values = rows.n_values, .values = {}};
  std::vector<std::int64_t> row_of_image(static_cast<std::size_t>(rows.n_rows()));
  std::iota(row_of_image.begin(), row_of_image.end(), 0);
  for (const DesignUnit& unit : design.units)
    unit_rows.append(unit_row(unit, design.exchange, rows, row_of_image));
  return unit_rows;
}

std::uint64_t golden_seed() { return inference_golden("seed").get<std::uint64_t>(); }

WholeTest run_test(const CoarseGrid& grid, const ValueRows& rows, const GroupDesign& design,
                   std::int64_t n_labellings, TestStatistic statistic = TestStatistic::normal) {
  const Units units = units_of(unit_rows_of(rows, design));
  const PermutationTest test(grid, design, golden_seed(), statistic);
  const LabelledSums sums = sums_of(units, test, n_labellings);
  WholeTest result;
  result.maxima = test.maxima(sums, n_labellings, units.totals);
  if (design.groups.size() == 2) result.finding = test.finding(sums, units.totals, result.maxima);
  return result;
}

/// Compares with what the libraries give for the same labellings.
void expect_as_golden(const WholeTest& result, const CoarseGrid& grid, const std::string& part) {
  const nlohmann::json golden = inference_golden(part);
  const auto column = [&](const char* name) { return golden[name].get<std::vector<double>>(); };
  const auto expect_near = [](const std::vector<double>& found,
                              const std::vector<double>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    double largest = 0;
    for (const double value : expected) largest = std::max(largest, std::abs(value));
    for (std::size_t i = 0; i < expected.size(); ++i)
      EXPECT_NEAR(found[i], expected[i], 1e-6 * largest);
  };
  expect_near(result.maxima.place, column("t_maxima"));
  expect_near(result.maxima.enhanced, column("enhanced_maxima"));
  const auto of_places = [&](const Grid<float>& image) {
    std::vector<double> values;
    for (const std::int32_t block : grid.blocks()) values.push_back(image[block]);
    return values;
  };
  expect_near(of_places(result.finding.t), column("t"));
  expect_near(of_places(result.finding.enhanced), column("enhanced"));
  expect_near(of_places(result.finding.p_fwe), column("p_t"));
  expect_near(of_places(result.finding.p_tfce), column("p_enhanced"));
}

std::vector<DesignImage> labelled_images(const std::string& part) {
  std::vector<DesignImage> images;
  for (const int group : inference_golden(part).get<std::vector<int>>())
    images.push_back({.group = group == 0 ? "a" : "b", .person = "", .stratum = ""});
  return images;
}

const std::vector<std::string> two_groups{"a", "b"};

TEST(PermutationTest, IsThatOfNilearn) {
  const CoarseGrid grid = golden_grid();
  const GroupDesign design =
      make_design(labelled_images("balanced"), two_groups, "", Pairing::automatic);
  expect_as_golden(run_test(grid, golden_rows(grid), design, 100, TestStatistic::t), grid,
                   "nilearn");
}

TEST(PermutationTest, IsThatOfMneForGroupsOfTwoSizes) {
  const CoarseGrid grid = golden_grid();
  const GroupDesign design =
      make_design(labelled_images("unequal"), two_groups, "", Pairing::automatic);
  expect_as_golden(run_test(grid, golden_rows(grid), design, 100, TestStatistic::t), grid, "mne");
}

TEST(PermutationTest, IsThatOfMneForPairs) {
  const CoarseGrid grid = golden_grid();
  std::vector<DesignImage> images = labelled_images("balanced");  // a, b, a, b ...
  for (std::size_t i = 0; i < images.size(); ++i) images[i].person = std::to_string(i / 2);
  const GroupDesign design = make_design(images, two_groups, "", Pairing::automatic);
  ASSERT_EQ(design.exchange, Exchange::signs);
  expect_as_golden(run_test(grid, golden_rows(grid), design, 100, TestStatistic::t), grid, "pairs");
}

TEST(PermutationTest, MeasuresWhichGroupVariesMore) {
  const CoarseGrid grid = golden_grid();
  ValueRows rows = golden_rows(grid);
  const std::vector<DesignImage> images = labelled_images("balanced");
  for (std::int64_t row = 0; row < rows.n_rows(); ++row) {
    for (std::int64_t i = 0; i < rows.n_values; ++i) {
      if (images[static_cast<std::size_t>(row)].group == "a")
        rows.values[static_cast<std::size_t>(row * rows.n_values + i)] *= 4;
    }
  }
  const GroupDesign design = make_design(images, two_groups, "", Pairing::automatic);
  const double four = run_test(grid, rows, design, 2).finding.spread_ratio;
  const double one = run_test(grid, golden_rows(grid), design, 2).finding.spread_ratio;
  EXPECT_NEAR(four, 4 * one, 0.01);
  EXPECT_NEAR(one, 1, 0.3);
}

/// Welch's t of values of two groups.
double welch_t(const std::vector<double>& first, const std::vector<double>& second) {
  const auto mean = [](const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
  };
  const auto error = [&](const std::vector<double>& values) {
    double sum = 0;
    for (const double value : values) sum += std::pow(value - mean(values), 2);
    const auto n = static_cast<double>(values.size());
    return sum / (n - 1) / n;
  };
  return (mean(first) - mean(second)) / std::sqrt(error(first) + error(second));
}

/// The largest magnitude of Welch's t over the places if standardised units that count in a group
/// take its spread, enlarged by what exchanges of the same units lack.
double largest_with_spreads(const ValueRows& standardised, const GroupSpreads& spreads,
                            const std::vector<std::int8_t>& labels, std::int64_t n_places) {
  double largest = 0;
  for (std::int64_t place = 0; place < n_places; ++place) {
    std::array<std::vector<double>, 2> values;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      const auto unit = static_cast<std::int64_t>(i);
      values[static_cast<std::size_t>(labels[i])].push_back(
          standardised.row(unit)[static_cast<std::size_t>(place)] *
          spreads.deviation[spreads.index(labels[i], place)]);
    }

    const double a = spreads.deviation[spreads.index(0, place)];
    const double b = spreads.deviation[spreads.index(1, place)];
    const auto n_a = static_cast<double>(values[0].size());
    const auto n_b = static_cast<double>(values[1].size());
    const double exchanged = std::pow(a * n_b + b * n_a, 2) / (n_a * n_b * (n_a + n_b));
    const double lacking = (a * a / n_a + b * b / n_b) / exchanged;
    const double factor = a == 0 || b == 0 ? 1 : std::sqrt(lacking);
    largest = std::max(largest, factor * std::abs(welch_t(values[0], values[1])));
  }
  return largest;
}

TEST(PermutationTest, KeepsTheSpreadOfEachGroup) {
  const CoarseGrid grid = golden_grid();
  const std::vector<DesignImage> images = labelled_images("unequal");
  const GroupDesign design = make_design(images, two_groups, "", Pairing::automatic);
  ValueRows rows = golden_rows(grid);
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    if (images[i / static_cast<std::size_t>(rows.n_values)].group == "a")
      rows.values[i] = 4 * rows.values[i] + 1;
  }
  const ValueRows own = unit_rows_of(rows, design);
  const Units units = units_of(own);
  const PermutationTest plain(grid, design, golden_seed(), TestStatistic::t);
  const GroupSpreads spreads = plain.spreads(sums_of(units, plain, 1), units.totals);
  ValueRows standardised{.n_values = rows.n_values, .values = {}};
  for (std::size_t i = 0; i < design.units.size(); ++i) {
    const std::span row = own.row(static_cast<std::int64_t>(i));
    std::vector<float> changed(row.begin(), row.end());
    spreads.standardise(design.units[i].group, changed);
    standardised.append(changed);
  }
  constexpr std::int64_t n = 5;
  const Units even = units_of(standardised);

  for (const GroupSpreads& taken : {spreads, spreads.only(0), spreads.only(1)}) {
    const PermutationTest kept = plain.keeping(taken);
    const LabellingMaxima maxima = kept.maxima(sums_of(even, kept, n), n, even.totals);
    EXPECT_NEAR(maxima.place[0], 0, 1e-3);  // the observed means are equal
    for (std::int64_t p = 1; p < n; ++p) {
      const double largest = largest_with_spreads(
          standardised, taken, labelling(design, p, golden_seed()), grid.n_places());
      EXPECT_NEAR(maxima.place[static_cast<std::size_t>(p)], largest, 1e-4 * largest);
    }
  }
}

TEST(RaiseMaxima, GivesTheLargerP) {
  std::vector<double> maxima{5, 1, 7, 2};
  raise_maxima(maxima, {0, 6, 4, 3});
  // The observed 5 is reached by itself and 7 in the first, by itself and 6 in the second.
  EXPECT_EQ(maxima, (std::vector<double>{5, 3, 4, 7}));
  EXPECT_DOUBLE_EQ(corrected_p(maxima, 5), 0.5);

  // The observed one is reached by nothing but itself, then by two of the others.
  maxima = {3, 1, 1, 1};
  raise_maxima(maxima, {9, 4, 0, 4});
  EXPECT_DOUBLE_EQ(corrected_p(maxima, 3), 0.75);
  raise_maxima(maxima, {9, 0, 0, 0});
  EXPECT_DOUBLE_EQ(corrected_p(maxima, 3), 0.75);
}

TEST(PermutationTest, ReportsTheRegionsWithBands) {
  const CoarseGrid grid = golden_grid();
  const GroupDesign design =
      make_design(labelled_images("balanced"), two_groups, "", Pairing::automatic);
  const WholeTest result = run_test(grid, golden_rows(grid), design, 100);
  ASSERT_EQ(result.finding.regions.size(), 1U);
  const RegionFinding& nose = result.finding.regions[0];
  EXPECT_EQ(nose.name, "nose");
  EXPECT_NEAR(nose.t, nose.difference / nose.standard_error, 1e-5);
  EXPECT_NEAR((nose.high + nose.low) / 2, nose.difference, 1e-9);
  // The band excludes 0 where the corrected p is at most .05.
  EXPECT_EQ(nose.low > 0 || nose.high < 0, nose.p_fwe < significance_level);
}

TEST(PermutationTest, APlaceWhosePIsTheLevelDiffers) {
  const CoarseGrid grid = golden_grid();
  const std::vector<DesignImage> images = labelled_images("balanced");
  ValueRows rows = golden_rows(grid);
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    const std::size_t image = i / static_cast<std::size_t>(rows.n_values);
    if (images[image].group == "a") rows.values[i] += 100;
  }
  const GroupDesign design = make_design(images, two_groups, "", Pairing::automatic);
  const PairFinding finding = run_test(grid, rows, design, 20).finding;
  EXPECT_DOUBLE_EQ(finding.p_map, 0.05);
  EXPECT_DOUBLE_EQ(finding.share_of_face, 1);
}

TEST(PermutationTest, AWholeTestOfThreeGroupsIsWelchsF) {
  const CoarseGrid grid = golden_grid();
  std::vector<DesignImage> images = labelled_images("balanced");
  for (std::size_t i = 0; i < images.size(); i += 3) images[i].group = "c";
  const std::vector<std::string> three{"a", "b", "c"};
  const GroupDesign design = make_design(images, three, "", Pairing::automatic);
  const WholeTest result = run_test(grid, golden_rows(grid), design, 50);
  EXPECT_EQ(result.maxima.place.size(), 50U);
  EXPECT_GT(result.maxima.place[0], 0);
  EXPECT_EQ(result.maxima.enhanced[0], 0);
}

TEST(CorrectedP, CountsTheObservedOne) {
  EXPECT_DOUBLE_EQ(corrected_p({3, 1, 2, 3.5}, 3), 0.5);
  EXPECT_DOUBLE_EQ(corrected_p({3, 1, 2, 1}, 3), 0.25);
}

TEST(CriticalValue, IsExceededByAtMostATwentieth) {
  std::vector<double> maxima(100);
  std::iota(maxima.begin(), maxima.end(), 1);
  EXPECT_EQ(critical_value(maxima), 95);
  EXPECT_TRUE(std::isnan(critical_value(std::vector<double>(19, 1))));
  EXPECT_EQ(critical_value(std::vector<double>(20, 1)), 1);
}

}  // namespace
}  // namespace csm
