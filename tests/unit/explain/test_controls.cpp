#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "centre_gaussian.h"
#include "random_control.h"

namespace csm {
namespace {

TEST(RandomMap, is_a_function_of_the_seed) {
  EXPECT_EQ(random_map(20, 30, 4), random_map(20, 30, 4));
  EXPECT_NE(random_map(20, 30, 4), random_map(20, 30, 5));
}

TEST(RandomMap, is_smooth_and_of_both_signs) {
  const Grid<float> map = random_map(70, 140, 4);
  const auto [lowest, highest] = std::minmax_element(map.values().begin(), map.values().end());
  EXPECT_LT(*lowest, -0.5F);
  EXPECT_GE(*lowest, -1.0F);
  EXPECT_GT(*highest, 0.5F);
  EXPECT_LT(*highest, 1.0F);
  // A cell is 10 rows and 20 columns, two neighbouring cells are at most 2 apart.
  for (int row = 1; row < 70; ++row) {
    for (int column = 1; column < 140; ++column) {
      EXPECT_LE(std::abs(map(row, column) - map(row - 1, column)), 0.2F + 1e-6F);
      EXPECT_LE(std::abs(map(row, column) - map(row, column - 1)), 0.1F + 1e-6F);
    }
  }
}

TEST(CentreGaussianMap, stands_over_the_mean_of_the_vertices_with_their_spread) {
  // Variances 16 along x and 4 along y: sigma^2 = 10.
  const std::vector<Point2> face = {{6.5, 5.5}, {14.5, 9.5}};
  const Grid<float> map = centre_gaussian_map(face, 15, 21);
  EXPECT_FLOAT_EQ(map(7, 10), 1.0F);
  EXPECT_FLOAT_EQ(map(7, 13), std::exp(-9.0F / 20.0F));
  EXPECT_FLOAT_EQ(map(9, 10), std::exp(-4.0F / 20.0F));
}

TEST(CentreGaussianMap, is_zero_without_a_face) {
  const Grid<float> map = centre_gaussian_map({}, 3, 4);
  EXPECT_EQ(std::accumulate(map.values().begin(), map.values().end(), 0.0F), 0.0F);
}

}  // namespace
}  // namespace csm
