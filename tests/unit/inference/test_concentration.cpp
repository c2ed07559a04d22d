#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "csm/core/random.h"
#include "csm/inference/concentration.h"

namespace csm {
namespace {

constexpr int n_places = 20;

/// 20 places of one size.
CoarseGrid twenty_places() {
  Grid<Region> regions(5, 5, Region::nose);
  for (int x = 0; x < 5; ++x) regions(4, x) = Region::none;
  return {regions, Grid<double>(5, 5, 1.0)};
}

/// The concentration of persons' maps: the true values, and noise of some deviation.
Concentration measure(const std::vector<double>& truth, double noise, std::int64_t n_persons) {
  const CoarseGrid grid = twenty_places();
  SplitMix64 random(3);
  ValueRows rows{.n_values = grid.n_values(), .values = {}};
  for (std::int64_t person = 0; person < n_persons; ++person) {
    std::vector<float> row(static_cast<std::size_t>(grid.n_values()), 0.0F);
    for (std::size_t i = 0; i < truth.size(); ++i) {
      double deviation = -6;
      for (int k = 0; k < 12; ++k) deviation += random.uniform();
      row[i] = static_cast<float>(truth[i] + noise * deviation);
    }
    rows.append(row);
  }
  const UnitMatrix matrix(rows, choose_units(largest_magnitudes(rows), rows.n_rows()));
  const ConcentrationSplits splits(grid, n_persons, 1);
  std::vector<std::int64_t> units(static_cast<std::size_t>(n_persons));
  std::iota(units.begin(), units.end(), 0);
  const std::int64_t n = splits.n_weightings();
  if (n == 0) return {};
  const LabelledSums sums =
      matrix.sums(splits.weights(0, n, units), n, ConcentrationSplits::n_halves);
  return splits.concentration(splits.numbers(sums, n));
}

TEST(Concentration, of_maps_without_noise_is_exact) {
  // One place of twenty has all: the top 5 % hold everything, and Gini is 1 - 1/20.
  std::vector<double> one_place(n_places, 0.0);
  one_place[7] = -2;
  const Concentration all = measure(one_place, 0, 40);
  EXPECT_NEAR(all.top_share.value, 1, 1e-9);
  EXPECT_NEAR(all.top_share.low, 1, 1e-9);
  EXPECT_NEAR(all.gini.value, 0.95, 1e-9);
  const Concentration even = measure(std::vector<double>(n_places, 0.5), 0, 40);
  EXPECT_NEAR(even.top_share.value, 0.05, 1e-9);
  EXPECT_NEAR(even.gini.high, 0, 1e-9);
}

TEST(Concentration, holds_in_its_interval_under_noise_that_would_spread_it) {
  // Squares 9, 1, 1 ... : the first place has 9 of 28.
  std::vector<double> truth(n_places, 1.0);
  truth[3] = 3;
  const Concentration found = measure(truth, 2, 200);
  EXPECT_LT(found.top_share.low, 9 / 28.0);
  EXPECT_GT(found.top_share.high, 9 / 28.0);
  EXPECT_LT(found.top_share.high - found.top_share.low, 0.25);
  EXPECT_LT(found.gini.low, found.gini.value);
}

TEST(Concentration, of_few_persons_or_of_nothing_is_unknown) {
  std::vector<double> truth(n_places, 1.0);
  EXPECT_TRUE(std::isnan(measure(truth, 1, 19).top_share.value));
  EXPECT_TRUE(std::isnan(measure(std::vector<double>(n_places, 0.0), 0, 40).gini.value));
}

}  // namespace
}  // namespace csm
