#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "lost_faces.h"

namespace csm {
namespace {

using ::testing::ElementsAre;
using ::testing::IsNan;

const double nan = std::numeric_limits<double>::quiet_NaN();

TEST(LostFaces, are_counted_by_patch_and_told_by_vertex) {
  const PatchPlan plan{.patches = {{0, 0, 1, 1}, {1, 0, 2, 1}},
                       .patch_of_vertex = {PatchId(1), std::nullopt, PatchId(0), PatchId(1)},
                       .n_used_vertices = 3};
  OcclusionScores scores;
  scores.covered = Grid<float>(2, 2, 0.5F);
  for (float& score : scores.of(PatchId(1))) score = std::nanf("");
  scores.of(PatchId(0))[0] = std::nanf("");  // one of two scores: not a lost face
  EXPECT_EQ(count_lost(scores), 1);
  EXPECT_THAT(lost_per_vertex(plan, scores), ElementsAre(1, IsNan(), 0, 1));
}

TEST(LostFaces, of_a_pair_are_lost_in_one_of_its_images) {
  EXPECT_THAT(lost_of_pair({0, 1, 0, nan, 1}, {0, 0, 1, 1, nan}),
              ElementsAre(0, 1, 1, IsNan(), IsNan()));
}

TEST(LostFaces, of_two_views_are_averaged_where_both_use_the_vertex) {
  EXPECT_THAT(mean_of_views({0, 1, nan, 0.5, nan}, {1, 1, 1, nan, nan}),
              ElementsAre(0.5, 1, 1, 0.5, IsNan()));
}

}  // namespace
}  // namespace csm
