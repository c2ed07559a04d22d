#include <gtest/gtest.h>

#include <cmath>

#include "csm/core/error.h"
#include "csm/explain/sample_map.h"

namespace csm {
namespace {

/// Two rows of three: 0 1 2 / 10 11 12.
Grid<float> ramp() {
  Grid<float> map(2, 3);
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column)
      map(row, column) = static_cast<float>(10 * row + column);
  }
  return map;
}

TEST(Interpolate, gives_a_pixels_value_at_its_centre) {
  EXPECT_EQ(interpolate(ramp(), {0.5, 0.5}), 0);
  EXPECT_EQ(interpolate(ramp(), {2.5, 0.5}), 2);
  EXPECT_EQ(interpolate(ramp(), {1.5, 1.5}), 11);
}

TEST(Interpolate, is_linear_between_centres) {
  EXPECT_NEAR(interpolate(ramp(), {1.25, 0.5}), 0.75, 1e-12);
  EXPECT_NEAR(interpolate(ramp(), {1.5, 0.75}), 3.5, 1e-12);
  EXPECT_NEAR(interpolate(ramp(), {1.0, 1.0}), 5.5, 1e-12);
}

TEST(Interpolate, keeps_the_outermost_values_up_to_the_border_and_beyond) {
  EXPECT_EQ(interpolate(ramp(), {0, 0}), 0);
  EXPECT_EQ(interpolate(ramp(), {3, 2}), 12);
  EXPECT_EQ(interpolate(ramp(), {-7, 9}), 10);
}

TEST(SampleMap, leaves_out_vertices_that_are_not_used) {
  const std::vector<Point2> vertices = {{0.5, 0.5}, {1.5, 0.5}, {2.5, 1.5}};
  const std::vector<double> values =
      sample_map(ramp(), vertices, {PatchId(0), std::nullopt, PatchId(0)});
  EXPECT_EQ(values[0], 0);
  EXPECT_TRUE(std::isnan(values[1]));
  EXPECT_EQ(values[2], 12);
}

TEST(SampleMap, refuses_another_number_of_vertices) {
  EXPECT_THROW(sample_map(ramp(), std::vector<Point2>{{0, 0}}, {PatchId(0), PatchId(0)}),
               ContractError);
}

}  // namespace
}  // namespace csm
