#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "similarity.h"
#include "support/golden.h"

namespace csm {
namespace {

struct GoldenPair {
  Grid<float> a, b;
  Grid<unsigned char> mask;
  nlohmann::json expected;
};

template <class T>
Grid<T> to_grid(const nlohmann::json& list, int rows, int columns) {
  Grid<T> grid(rows, columns);
  for (std::int64_t q = 0; q < grid.size(); ++q) grid.values()[q] = list[q].get<T>();
  return grid;
}

GoldenPair golden_pair() {
  const auto part = test::golden("similarity");
  const int rows = part["rows"];
  const int columns = part["columns"];
  return {to_grid<float>(part["a"], rows, columns), to_grid<float>(part["b"], rows, columns),
          to_grid<unsigned char>(part["mask"], rows, columns), part};
}

TEST(Similarity, agrees_with_scipy) {
  const GoldenPair pair = golden_pair();
  EXPECT_NEAR(root_mean_square_error(pair.a, pair.b, pair.mask),
              pair.expected["rmse"].get<double>(), 1e-9);
  EXPECT_NEAR(pearson_correlation(pair.a, pair.b, pair.mask),
              pair.expected["pearson"].get<double>(), 1e-9);
  EXPECT_NEAR(spearman_correlation(pair.a, pair.b, pair.mask),
              pair.expected["spearman"].get<double>(), 1e-9);
  EXPECT_NEAR(structural_similarity(pair.a, pair.b, pair.mask), pair.expected["ssim"].get<double>(),
              1e-6);
}

TEST(Similarity, is_perfect_for_a_map_with_itself) {
  const GoldenPair pair = golden_pair();
  EXPECT_EQ(root_mean_square_error(pair.a, pair.a, pair.mask), 0.0);
  EXPECT_NEAR(pearson_correlation(pair.a, pair.a, pair.mask), 1.0, 1e-12);
  EXPECT_NEAR(spearman_correlation(pair.a, pair.a, pair.mask), 1.0, 1e-12);
  EXPECT_NEAR(structural_similarity(pair.a, pair.a, pair.mask), 1.0, 1e-9);
}

TEST(Similarity, is_not_defined_without_pixels_or_variance) {
  const GoldenPair pair = golden_pair();
  const Grid<unsigned char> nothing(pair.a.height(), pair.a.width());
  const Grid<float> flat(pair.a.height(), pair.a.width(), 2.0F);
  EXPECT_TRUE(std::isnan(root_mean_square_error(pair.a, pair.b, nothing)));
  EXPECT_TRUE(std::isnan(pearson_correlation(pair.a, flat, pair.mask)));
  EXPECT_TRUE(std::isnan(structural_similarity(pair.a, flat, pair.mask)));
}

}  // namespace
}  // namespace csm
