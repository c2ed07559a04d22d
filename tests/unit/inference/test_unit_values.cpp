#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "csm/inference/unit_values.h"

namespace csm {
namespace {

constexpr float no_value = std::numeric_limits<float>::quiet_NaN();

TEST(UnitRow, IsTheMeanOfAPersonsKnownValues) {
  ValueRows images{.n_values = 3, .values = {1, 2, no_value, 3, no_value, no_value, 9, 9, 9}};
  const DesignUnit unit{.group = 1, .stratum = 0, .images_of_group = {{}, {0, 2}}};
  // Image 2 of the design is row 1 here.
  const std::vector<std::int64_t> row_of_image{0, -1, 1};
  const std::vector<float> row = unit_row(unit, Exchange::labels, images, row_of_image);
  EXPECT_EQ(row[0], 2);
  EXPECT_EQ(row[1], 2);
  EXPECT_TRUE(std::isnan(row[2]));
}

TEST(UnitRow, OfAPairIsFirstLessSecond) {
  ValueRows images{.n_values = 2, .values = {5, no_value, 1, 1, 3, 1}};
  const DesignUnit unit{.group = 0, .stratum = 0, .images_of_group = {{0}, {1, 2}}};
  const std::vector<std::int64_t> row_of_image{0, 1, 2};
  const std::vector<float> row = unit_row(unit, Exchange::signs, images, row_of_image);
  EXPECT_EQ(row[0], 3);
  EXPECT_TRUE(std::isnan(row[1]));
}

TEST(ChooseUnit, KeepsTheSumsOfSquaresWhole) {
  for (const std::int64_t n : {2, 31, 32, 1000, 202599, 10'000'000}) {
    for (const double largest : {1e-9, 0.3, 1.0, 1.5, 2.0, 260000.0}) {
      const double whole = largest / choose_unit(largest, n);
      EXPECT_LE(static_cast<double>(n) * whole * whole, 0x1.0p53);
      EXPECT_LE(whole, 0x1.0p24);
      EXPECT_GE(whole, 0x1.0p13);
    }
  }
}

TEST(ChooseUnit, TakesMapsOfZeros) { EXPECT_EQ(choose_unit(0, 10), 1); }

}  // namespace
}  // namespace csm
