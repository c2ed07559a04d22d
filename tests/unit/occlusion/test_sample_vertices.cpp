#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "csm/occlusion/sample_vertices.h"

namespace csm {
namespace {

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
