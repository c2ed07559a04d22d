#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "csm/inference/labelled_sums.h"

namespace csm {
namespace {

constexpr float no_sum = std::numeric_limits<float>::quiet_NaN();

TEST(UnitMatrix, AddsUpWhatIsKnown) {
  const UnitMatrix matrix({.n_values = 2, .values = {1, 10, no_sum, 20, 3, 30}}, {1, 1});
  // One labelling, two groups: units 0 and 1; unit 2 twice.
  const std::vector<std::int8_t> weights{1, 1, 0, 0, 0, 2};
  const LabelledSums sums = matrix.sums(weights, 1, 2);
  EXPECT_EQ(sums.of(0, 0).value[0], 1);
  EXPECT_EQ(sums.of(0, 0).count[0], 1);
  EXPECT_EQ(sums.of(0, 0).value[1], 30);
  EXPECT_EQ(sums.of(0, 0).square[1], 500);
  EXPECT_EQ(sums.of(0, 1).value[0], 6);
  EXPECT_EQ(sums.of(0, 1).square[0], 18);
  EXPECT_EQ(sums.of(0, 1).count[0], 2);
}

TEST(UnitMatrix, SignsTurnValuesOnly) {
  const UnitMatrix matrix({.n_values = 1, .values = {1, 3}}, {1});
  const std::vector<std::int8_t> signs{1, -1};
  const LabelledSums both = matrix.sums(signs, 1, 1);
  const GroupSums sums = both.of(0, 0);
  EXPECT_EQ(sums.value[0], -2);
  EXPECT_EQ(sums.square[0], 10);
  EXPECT_EQ(sums.count[0], 2);
}

// The largest sums that choose_unit allows are still exact, whatever the order of the additions.
TEST(UnitMatrix, IsExactAtTheLimitOfDoublePrecision) {
  const std::int64_t n = 513;
  const double unit = choose_unit(1, n);
  ValueRows rows{.n_values = 3, .values = {}};
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const float value = 1 - static_cast<float>(i) * 0x1.0p-20F;
    rows.append(std::vector<float>{value, -value, value});
    const auto number = std::llround(value / unit);
    expected += number * number;
  }
  const std::vector<std::int8_t> all(static_cast<std::size_t>(n), 1);
  const LabelledSums sums = UnitMatrix(rows, {unit, unit, unit}).sums(all, 1, 1);
  for (const std::int64_t square : sums.of(0, 0).square) EXPECT_EQ(square, expected);
}

TEST(UnitMatrix, HasAUnitOfEachValue) {
  const UnitMatrix matrix({.n_values = 2, .values = {0.5F, 1e9F, 0.25F, 0}}, {0.25, 1024});
  const LabelledSums sums = matrix.sums(std::vector<std::int8_t>{1, 1}, 1, 1);
  EXPECT_EQ(sums.of(0, 0).value[0], 3);
  EXPECT_EQ(sums.of(0, 0).value[1], 976562);  // 1e9 / 1024, the half to even
  EXPECT_EQ(sums.of(0, 0).unit[0], 0.25);
}

TEST(UnitMatrix, MayHaveNoUnits) {
  const UnitMatrix matrix({.n_values = 2, .values = {}}, {1, 1});
  EXPECT_EQ(matrix.sums({}, 3, 1).of(2, 0).count[1], 0);
}

}  // namespace
}  // namespace csm
