#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "csm/inference/labelled_sums.h"

namespace csm {
namespace {

constexpr float no_sum = std::numeric_limits<float>::quiet_NaN();
constexpr WholeScale whole{.bits = 20, .exponent = 0};

TEST(UnitMatrix, AddsUpWhatIsKnown) {
  const UnitMatrix matrix({.n_values = 2, .values = {1, 10, no_sum, 20, 3, 30}}, whole);
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
  const UnitMatrix matrix({.n_values = 1, .values = {1, 3}}, whole);
  const std::vector<std::int8_t> signs{1, -1};
  const LabelledSums both = matrix.sums(signs, 1, 1);
  const GroupSums sums = both.of(0, 0);
  EXPECT_EQ(sums.value[0], -2);
  EXPECT_EQ(sums.square[0], 10);
  EXPECT_EQ(sums.count[0], 2);
}

// The largest sums that choose_scale allows are still exact, whatever the order of the additions.
TEST(UnitMatrix, IsExactAtTheLimitOfDoublePrecision) {
  const std::int64_t n = 513;
  const WholeScale scale = choose_scale(1, n);
  ValueRows rows{.n_values = 3, .values = {}};
  std::int64_t expected = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const float value = 1 - static_cast<float>(i) * 0x1.0p-20F;
    rows.append(std::vector<float>{value, -value, value});
    const auto number =
        static_cast<std::int64_t>(std::nearbyint(std::ldexp(value, scale.exponent)));
    expected += number * number;
  }
  const std::vector<std::int8_t> all(static_cast<std::size_t>(n), 1);
  const LabelledSums sums = UnitMatrix(rows, scale).sums(all, 1, 1);
  for (const std::int64_t square : sums.of(0, 0).square) EXPECT_EQ(square, expected);
}

TEST(UnitMatrix, MayHaveNoUnits) {
  const UnitMatrix matrix({.n_values = 2, .values = {}}, whole);
  EXPECT_EQ(matrix.sums({}, 3, 1).of(2, 0).count[1], 0);
}

}  // namespace
}  // namespace csm
