#include <gtest/gtest.h>

#include <limits>

#include "csm/report/pictures.h"

namespace csm::test {
namespace {

Grid<std::int64_t> all_covered() { return {10, 20, 1}; }

TEST(ColourScaleTest, positive_maps_begin_at_zero_and_end_at_the_quantile) {
  Grid<float> map(10, 20);
  for (std::int64_t i = 0; i < map.size(); ++i) map.values()[i] = static_cast<float>(i);  // 0..199
  const ColourScale scale = choose_colour_scale(map, all_covered());
  EXPECT_FALSE(scale.diverging);
  EXPECT_EQ(scale.lowest, 0);
  EXPECT_EQ(scale.highest, 198);  // floor(0.995 * 199)
}

TEST(ColourScaleTest, a_tenth_of_negative_sum_makes_it_symmetric_about_zero) {
  Grid<float> map(10, 20, 0.9F);
  for (int row = 0; row < 10; ++row) map(row, 0) = -1.0F;  // 10 of 10 + 171
  EXPECT_FALSE(choose_colour_scale(map, all_covered()).diverging);
  for (int row = 0; row < 10; ++row) map(row, 0) = -2.0F;  // 20 of 191: above a tenth
  const ColourScale scale = choose_colour_scale(map, all_covered());
  EXPECT_TRUE(scale.diverging);
  EXPECT_EQ(scale.lowest, -scale.highest);
  EXPECT_EQ(scale.highest, 2);
}

TEST(ColourScaleTest, pixels_without_images_and_unknown_values_do_not_count) {
  Grid<float> map(10, 20, 1.0F);
  Grid<std::int64_t> count = all_covered();
  for (int row = 0; row < 10; ++row) {
    map(row, 3) = 100;
    count(row, 3) = 0;
  }
  map(4, 5) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(choose_colour_scale(map, count).highest, 1);
}

TEST(ColourScaleTest, a_map_of_zeros_or_nothing_has_a_scale) {
  EXPECT_EQ(choose_colour_scale(Grid<float>(10, 20), all_covered()).highest, 1);
  EXPECT_EQ(choose_colour_scale(Grid<float>(10, 20, 1.0F), Grid<std::int64_t>(10, 20)).highest, 1);
  Grid<float> nearly_empty(10, 20);
  nearly_empty(0, 0) = 3;
  EXPECT_EQ(choose_colour_scale(nearly_empty, all_covered()).highest, 3);
}

}  // namespace
}  // namespace csm::test
