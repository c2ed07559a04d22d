#include <gtest/gtest.h>

#include <vector>

#include "csm/saliency/reproject.h"

namespace csm {
namespace {

TEST(ReprojectMap, paints_the_floor_pixel_as_a_patch_and_averages_overlaps) {
  Grid<float> map(30, 30);
  map(7, 21) = 4.0F;  // row 7, column 21
  map(9, 2) = 2.0F;
  const std::vector<Point2> canonical = {{21.9, 7.2}, {2.5, 9.99}};
  const std::vector<Point2> vertices = {{4, 6}, {6, 6}};
  const Grid<float> result = reproject_map(map, canonical, vertices, 3, 12, 16);
  EXPECT_EQ(result.height(), 12);
  EXPECT_EQ(result.width(), 16);
  EXPECT_EQ(result(6, 3), 4.0F);  // first patch alone: columns 2 to 4
  EXPECT_EQ(result(6, 4), 3.0F);  // both
  EXPECT_EQ(result(6, 6), 2.0F);  // second alone: columns 4 to 6
  EXPECT_EQ(result(9, 3), 0.0F);
}

TEST(ReprojectMap, a_vertex_outside_the_input_paints_nothing) {
  const Grid<float> map(30, 30, 1.0F);
  const std::vector<Point2> canonical = {{5, 5}, {6, 6}, {7, 7}};
  const std::vector<Point2> vertices = {{-0.5, 6}, {16, 6}, {4, 12}};
  const Grid<float> result = reproject_map(map, canonical, vertices, 3, 12, 16);
  EXPECT_EQ(result, Grid<float>(12, 16));
}

}  // namespace
}  // namespace csm
