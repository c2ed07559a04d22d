#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
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

std::int64_t n_measured(const std::vector<unsigned char>& sample) {
  return std::accumulate(sample.begin(), sample.end(), std::int64_t{0});
}

TEST(SampleVertices, takes_the_number_asked_for) {
  for (const std::int64_t n_sample : {1, 2, 64, 2193})
    EXPECT_EQ(n_measured(sample_vertices(2194, n_sample, 5)), n_sample);
}

TEST(SampleVertices, takes_all_where_no_fewer_are_asked_for) {
  EXPECT_EQ(n_measured(sample_vertices(2194, std::nullopt, 5)), 2194);
  EXPECT_EQ(n_measured(sample_vertices(50, 50, 5)), 50);
  EXPECT_EQ(n_measured(sample_vertices(50, 1'000'000, 5)), 50);
  EXPECT_TRUE(sample_vertices(0, 3, 5).empty());
}

TEST(SampleVertices, follows_the_seed_alone) {
  EXPECT_EQ(sample_vertices(2194, 64, 5), sample_vertices(2194, 64, 5));
  EXPECT_NE(sample_vertices(2194, 64, 5), sample_vertices(2194, 64, 6));
}

TEST(SampleVertices, takes_each_vertex_and_each_pair_equally_often) {
  constexpr int n_vertices = 12;
  constexpr int n_sample = 4;
  constexpr int n_draws = 20000;
  std::vector<int> single(n_vertices);
  std::vector<int> pair(n_vertices * n_vertices);
  for (std::uint64_t seed = 0; seed < n_draws; ++seed) {
    const std::vector<unsigned char> sample = sample_vertices(n_vertices, n_sample, seed);
    for (std::size_t i = 0; i < n_vertices; ++i) {
      single[i] += sample[i];
      for (std::size_t j = 0; j < i; ++j) pair[i * n_vertices + j] += sample[i] * sample[j];
    }
  }
  // Five standard deviations of a binomial count; 12 + 66 counts make a false alarm a matter of 1
  // in 20,000.
  const auto expect_share = [](int count, double share) {
    EXPECT_NEAR(count, n_draws * share, 5 * std::sqrt(n_draws * share * (1 - share)));
  };
  for (std::size_t i = 0; i < n_vertices; ++i) {
    expect_share(single[i], 4.0 / 12);
    for (std::size_t j = 0; j < i; ++j) expect_share(pair[i * n_vertices + j], 4.0 * 3 / (12 * 11));
  }
}

}  // namespace
}  // namespace csm
