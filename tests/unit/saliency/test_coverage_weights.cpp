#include <gtest/gtest.h>

#include <vector>

#include "csm/saliency/coverage_weights.h"

namespace csm {
namespace {

// Five vertices on a row of 1 px squares: two of them share the pixel (x 3, y 1).
const std::vector<Point2> vertices = {{3.5, 1.5}, {3.5, 1.5}, {6.5, 1.5}, {8.5, 1.5}, {9.5, 1.5}};

TEST(CoverageWeights, are_one_over_the_chance_that_a_sample_covers_the_pixel) {
  const Grid<double> weights = coverage_weights(vertices, 1, 12, 2);
  EXPECT_NEAR(weights(1, 3), 1 / (1 - 3.0 / 10),
              1e-12);  // of the 10 pairs of vertices 3 hold neither of the two
  EXPECT_NEAR(weights(1, 6), 1 / (4.0 / 10), 1e-12);  // 4 of the 10 hold the one
  EXPECT_EQ(weights(1, 0), 1);                        // no vertex paints it
}

TEST(CoverageWeights, are_one_where_a_sample_cannot_miss) {
  EXPECT_EQ(coverage_weights(vertices, 1, 12, 4)(1, 3), 1);  // 4 of 5 vertices cannot miss both
  for (const std::optional<std::int64_t> n_sample : {std::optional<std::int64_t>(), {5}, {99}}) {
    EXPECT_EQ(coverage_weights(vertices, 1, 12, n_sample), Grid<double>(12, 12, 1.0));
  }
}

TEST(CoverageWeights, a_vertex_also_covers_the_mirrored_place) {
  // Pixel 1 is painted by vertex 0 and, mirrored, by vertex 1; pixel 5 by vertex 2 only.
  const std::vector<Point2> points = {{1.5, 1.5}, {10.5, 1.5}, {5.5, 1.5}, {5.5, 8.5}};
  const Grid<double> weights = coverage_weights(points, 1, 12, 1, 6.0);
  EXPECT_NEAR(weights(1, 1), 2, 1e-12);
  EXPECT_NEAR(weights(1, 10), 2, 1e-12);
  EXPECT_NEAR(weights(1, 5), 4, 1e-12);
  EXPECT_NEAR(weights(1, 6), 4, 1e-12);
  EXPECT_NEAR(coverage_weights(points, 1, 12, 1)(1, 1), 4, 1e-12);
}

}  // namespace
}  // namespace csm
