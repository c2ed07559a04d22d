#include <gtest/gtest.h>

#include <vector>

#include "csm/occlusion/patches.h"
#include "support/golden.h"

namespace csm {
namespace {

TEST(PatchOnInput, follows_the_authors_pixel_rule) {
  const auto golden = test::golden("input_patches");
  for (std::size_t i = 0; i < golden["vertices"].size(); ++i) {
    const auto& v = golden["vertices"][i];
    const auto& expected = golden["patches"][i];
    const PatchRect patch = patch_on_input({v[0].get<double>(), v[1].get<double>()}, golden["side"],
                                           golden["height"], golden["width"]);
    EXPECT_EQ(patch, (PatchRect{expected[0], expected[1], expected[2], expected[3]}))
        << "vertex " << i;
  }
}

TEST(PatchOnInput, is_shifted_at_the_near_side_and_cropped_at_the_far_side) {
  EXPECT_EQ(patch_on_input({0, 0}, 15, 50, 70), (PatchRect{0, 0, 15, 15}));
  EXPECT_EQ(patch_on_input({69.9, 49.9}, 15, 50, 70), (PatchRect{62, 42, 70, 50}));
}

TEST(PlanPatches, computes_equal_patches_once) {
  const std::vector<Point2> vertices = {{20.6, 20.6}, {30, 30}, {20.9, 20.7}, {30, 30}};
  const std::vector<unsigned char> visible(4, 1);
  const PatchPlan plan = plan_patches(vertices, visible, 5, 50, 70);
  EXPECT_EQ(plan.patches.size(), 2U);
  EXPECT_EQ(plan.n_used_vertices, 4);
  const auto patch_of = [&](int vertex) { return plan.patch_of_vertex[VertexId(vertex)].value(); };
  EXPECT_EQ(patch_of(0), patch_of(2));
  EXPECT_EQ(patch_of(1), patch_of(3));
  EXPECT_NE(patch_of(0), patch_of(1));
  EXPECT_EQ(plan.patches[patch_of(1).index()], patch_on_input({30, 30}, 5, 50, 70));
}

TEST(PlanPatches, leaves_out_hidden_vertices_and_those_outside_the_input) {
  const std::vector<Point2> vertices = {{-0.1, 10}, {10, 50}, {70, 10}, {10, 10}, {12, 12}};
  const std::vector<unsigned char> visible = {1, 1, 1, 1, 0};
  const PatchPlan plan = plan_patches(vertices, visible, 5, 50, 70);
  EXPECT_EQ(plan.patch_of_vertex,
            (PatchOfVertex{std::nullopt, std::nullopt, std::nullopt, PatchId(0), std::nullopt}));
  EXPECT_EQ(plan.n_used_vertices, 1);
}

TEST(PlanPatches, does_not_depend_on_the_order_of_the_vertices) {
  const std::vector<Point2> forwards = {{40, 9}, {10, 30}, {25, 14}};
  const std::vector<Point2> backwards(forwards.rbegin(), forwards.rend());
  const std::vector<unsigned char> visible(3, 1);
  EXPECT_EQ(plan_patches(forwards, visible, 5, 50, 70).patches,
            plan_patches(backwards, visible, 5, 50, 70).patches);
}

}  // namespace
}  // namespace csm
