#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "csm/occlusion/drop.h"

namespace csm {
namespace {

TEST(DropPerVertex, is_signed_and_nan_for_unused_vertices) {
  PatchPlan plan;
  plan.patches.resize(2);
  plan.patch_of_vertex = {1, -1, 0, 1};
  const std::vector<double> drops = drop_per_vertex(plan, 0.75, std::vector<double>{0.5, 1.0});
  EXPECT_EQ(drops[0], -0.25);
  EXPECT_TRUE(std::isnan(drops[1]));
  EXPECT_EQ(drops[2], 0.25);
  EXPECT_EQ(drops[3], -0.25);
}

}  // namespace
}  // namespace csm
