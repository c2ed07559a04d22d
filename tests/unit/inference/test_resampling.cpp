#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "csm/inference/findings.h"
#include "csm/inference/resampling.h"
#include "inference_golden.h"

namespace csm {
namespace {

using test::golden_grid;
using test::golden_rows;

/// The intervals of the golden maps, on one rank.
MapIntervals resample(const CoarseGrid& grid, const ValueRows& rows, std::int64_t n_resamples) {
  const std::int64_t n = rows.n_rows();
  const UnitMatrix matrix(rows, choose_units(largest_magnitudes(rows), rows.n_rows()));
  const LabelledSums totals =
      matrix.sums(std::vector<std::int8_t>(static_cast<std::size_t>(n), 1), 1, 1);
  std::vector<std::int64_t> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  const Resampling resampling(grid, n, 7);
  const LabelledSums sums = matrix.sums(resampling.weights(0, n_resamples, all), n_resamples, 1);
  return resampling.intervals(totals, resampling.magnitudes(sums, n_resamples, totals));
}

TEST(Resampling, DrawsAsManyUnitsAsThereAre) {
  const CoarseGrid grid = golden_grid();
  const Resampling resampling(grid, 20, 7);
  std::vector<std::int64_t> all(20);
  std::iota(all.begin(), all.end(), 0);
  const std::vector<std::int8_t> weights = resampling.weights(3, 2, all);
  ASSERT_EQ(weights.size(), 40U);
  EXPECT_EQ(std::accumulate(weights.begin(), weights.begin() + 20, 0), 20);
  EXPECT_EQ(std::accumulate(weights.begin() + 20, weights.end(), 0), 20);
  EXPECT_FALSE(std::equal(weights.begin(), weights.begin() + 20, weights.begin() + 20));

  // A rank that holds some of the units sees the same draws.
  const std::vector<std::int64_t> own{4, 9};
  const std::vector<std::int8_t> part = resampling.weights(3, 1, own);
  EXPECT_EQ(part[0], weights[4]);
  EXPECT_EQ(part[1], weights[9]);
}

// 2 resamples of 3 units by hand: values 1, 2, 6 have mean 3.
TEST(Resampling, MagnitudesAreThoseOfTheFormula) {
  const CoarseGrid grid(Grid<Region>(1, 1, Region::nose), Grid<double>(1, 1, 1.0));
  const ValueRows rows{.n_values = grid.n_values(), .values = [&] {
                         std::vector<float> values;
                         for (const float value : {1.0F, 2.0F, 6.0F})
                           values.insert(values.end(), static_cast<std::size_t>(grid.n_values()),
                                         value);
                         return values;
                       }()};
  const UnitMatrix matrix(rows, choose_units(largest_magnitudes(rows), rows.n_rows()));
  const LabelledSums totals = matrix.sums(std::vector<std::int8_t>{1, 1, 1}, 1, 1);
  const LabelledSums sums = matrix.sums(std::vector<std::int8_t>{2, 0, 1, 0, 3, 0}, 2, 1);
  const std::vector<float> found = Resampling(grid, 3, 7).magnitudes(sums, 2, totals);
  // 1, 1, 6: mean 8/3, variance 25/3, error 5/3.
  EXPECT_NEAR(found[0], (3 - 8 / 3.0) / (5 / 3.0), 1e-6);
  // 2, 2, 2 does not vary.
  EXPECT_TRUE(std::isinf(found[static_cast<std::size_t>(grid.n_values())]));
}

TEST(Resampling, IntervalsAreWiderThanTheStandardErrorAndHoldTogetherIfWider) {
  const CoarseGrid grid = golden_grid();
  const MapIntervals found = resample(grid, golden_rows(grid), 400);
  EXPECT_EQ(found.n_persons, 20);
  EXPECT_EQ(found.n_resamples, 400);
  EXPECT_GT(found.band_factor, 1);
  double sum = 0;
  for (const std::int32_t block : grid.blocks())
    sum += static_cast<double>(found.half_width[block] / found.standard_error[block]);
  // Student's bound of 19 degrees of freedom is 2.093; the maps are nearly normal.
  EXPECT_NEAR(sum / static_cast<double>(grid.n_places()), 2.09, 0.15);
  ASSERT_EQ(found.regions.size(), 1U);
  EXPECT_NEAR(found.regions[0].low + found.regions[0].high, 2 * found.regions[0].mean, 1e-6);
  EXPECT_LE(found.regions[0].band_low, found.regions[0].low);
}

TEST(Resampling, PlacesOfFewPersonsHaveNone) {
  const CoarseGrid grid = golden_grid();
  ValueRows rows = golden_rows(grid);
  for (std::int64_t row = 0; row < 16; ++row)
    rows.values[static_cast<std::size_t>(row * rows.n_values)] =
        std::numeric_limits<float>::quiet_NaN();
  const MapIntervals found = resample(grid, rows, 100);
  EXPECT_TRUE(std::isnan(found.half_width[grid.blocks()[0]]));
  EXPECT_FALSE(std::isnan(found.half_width[grid.blocks()[1]]));
}

TEST(Resampling, TooFewResamplesGiveNoInterval) {
  const CoarseGrid grid = golden_grid();
  const MapIntervals found = resample(grid, golden_rows(grid), 10);
  EXPECT_TRUE(std::isnan(found.half_width[grid.blocks()[0]]));
  EXPECT_TRUE(std::isnan(found.band_factor));
}

}  // namespace
}  // namespace csm
