#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "csm/core/error.h"
#include "fixed_point.h"

namespace csm {
namespace {

TEST(FixedValue, rounds_to_the_nearest_unit) {
  EXPECT_EQ(to_fixed_value(0x1.0p-36), 1);
  EXPECT_EQ(to_fixed_value(0x1.8p-36), 2);
  EXPECT_EQ(to_fixed_value(-0x1.8p-36), -2);
  EXPECT_EQ(to_fixed_value(0x1.0p-38), 0);
  EXPECT_EQ(from_fixed_value(to_fixed_value(-0.625)), -0.625);
}

TEST(FixedValue, rounds_as_the_mathematical_library_does) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> exponent(-45, 18);
  for (int i = 0; i < 100'000; ++i) {
    const double value = (i % 2 == 0 ? 1 : -1) * std::exp2(exponent(random));
    ASSERT_EQ(to_fixed_value(value), std::llround(std::ldexp(value, value_bits))) << value;
  }
}

TEST(FixedValue, refuses_what_would_overflow) {
  EXPECT_THROW(to_fixed_value(0x1.1p18), RunError);
  EXPECT_THROW(to_fixed_value(std::numeric_limits<double>::quiet_NaN()), RunError);
  EXPECT_THROW(to_fixed_value(std::numeric_limits<double>::infinity()), RunError);
  EXPECT_NO_THROW(to_fixed_value(-0x1.0p18));
}

TEST(FixedSquare, is_exact_for_small_and_large_values) {
  for (const double value : {1e-6, 3e-4, 0.5, -0.7, 12.25, 1234.5, 200000.0}) {
    // A square is cut to units of 2^-56.
    EXPECT_NEAR(from_fixed_square(to_fixed_square(value)), value * value,
                0x1.0p-56 + value * value * 1e-15)
        << value;
  }
}

TEST(FixedSquare, limbs_may_be_added_apart) {
  FixedSquare sum;
  for (int i = 0; i < 1000; ++i) {
    const FixedSquare square = to_fixed_square(0.123 + i * 1e-3);
    EXPECT_GE(square.low, 0);
    EXPECT_LT(square.low, std::int64_t{1} << 32);
    sum.high += square.high;
    sum.low += square.low;
  }
  double expected = 0;
  for (int i = 0; i < 1000; ++i) expected += std::pow(0.123 + i * 1e-3, 2);
  EXPECT_NEAR(from_fixed_square(sum), expected, 1e-12);
}

TEST(AddExact, throws_on_overflow) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(add_exact(most - 1, 1), most);
  EXPECT_THROW(add_exact(most, 1), RunError);
  EXPECT_THROW(add_exact(-most, -2), RunError);
}

}  // namespace
}  // namespace csm
