#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "csm/saliency/cis.h"
#include "csm/saliency/saliency_options.h"
#include "golden_cis.h"

namespace csm {
namespace {

TEST(ComputeCis, agrees_with_the_independent_script) {
  const auto golden = test::golden("cis");
  const std::vector<CisMap> maps = test::golden_cis_maps();
  for (std::size_t image = 0; image < maps.size(); ++image) {
    const std::vector<double> expected = test::numbers(golden["cis"][image]);
    const std::vector<double> expected_count = test::numbers(golden["count"][image]);
    for (std::size_t q = 0; q < expected.size(); ++q) {
      ASSERT_NEAR(maps[image].values.values()[q], expected[q], 1e-7)
          << "image " << image << " pixel " << q;
      ASSERT_EQ(maps[image].count.values()[q], expected_count[q])
          << "image " << image << " pixel " << q;
    }
  }
}

TEST(ComputeCis, keeps_the_sum_without_density_normalisation) {
  const std::vector<CisMap> sums = test::golden_cis_maps(DensityNormalisation::off);
  const std::vector<CisMap> means = test::golden_cis_maps();
  bool has_overlap = false;
  for (std::int64_t q = 0; q < sums[0].values.size(); ++q) {
    const int count = sums[0].count.values()[q];
    has_overlap |= count > 1;
    ASSERT_NEAR(sums[0].values.values()[q], means[0].values.values()[q] * static_cast<float>(count),
                1e-6);
  }
  EXPECT_TRUE(has_overlap);
}

TEST(ComputeCis, does_not_transpose) {
  const CisMap cis = compute_cis(std::vector<Point2>{{12, 3}}, std::vector<double>{1.0}, 3, 20,
                                 DensityNormalisation::on);
  EXPECT_EQ(cis.values(3, 12), 1.0F);
  EXPECT_EQ(cis.values(12, 3), 0.0F);
}

TEST(ComputeCis, is_zero_where_no_used_vertex_paints) {
  const double unused = std::numeric_limits<double>::quiet_NaN();
  const CisMap cis = compute_cis(std::vector<Point2>{{5, 5}, {15, 15}},
                                 std::vector<double>{unused, 2.0}, 3, 20, DensityNormalisation::on);
  EXPECT_EQ(cis.count(5, 5), 0);
  EXPECT_EQ(cis.values(5, 5), 0.0F);
  EXPECT_EQ(cis.values(15, 15), 2.0F);
}

TEST(PatchOnCanonical, uses_the_scaled_side_of_the_authors) {
  // S = 15 * 619 / 224 = 41.45: from floor(100 - 20.7) to floor(79 + 41.45).
  EXPECT_EQ(patch_on_canonical({100, 300}, 15 * 619.0 / 224, 619), (PatchRect{79, 279, 120, 320}));
  EXPECT_EQ(patch_on_canonical({0, 619}, 15 * 619.0 / 224, 619), (PatchRect{0, 598, 41, 619}));
}

TEST(ComputeCis, with_a_midline_is_the_mean_of_the_map_and_its_mirror_image) {
  const std::vector<Point2> points = {{4, 6}, {14, 7}, {10, 12}};
  const std::vector<double> drops = {1.0, -0.5, 2.0};
  for (const DensityNormalisation density : {DensityNormalisation::on, DensityNormalisation::off}) {
    const bool is_mean = density == DensityNormalisation::on;
    const CisMap plain = compute_cis(points, drops, 5, 20, density);
    const CisMap both = compute_cis(points, drops, 5, 20, density, 10.0);
    for (int y = 0; y < 20; ++y) {
      for (int x = 0; x < 20; ++x) {
        const auto sum_at = [&](int column) {
          return plain.values(y, column) * static_cast<float>(is_mean ? plain.count(y, column) : 1);
        };
        const int n = plain.count(y, x) + plain.count(y, 19 - x);
        EXPECT_EQ(both.count(y, x), n);
        EXPECT_EQ(both.values(y, x), both.values(y, 19 - x));
        EXPECT_NEAR(both.values(y, x),
                    (sum_at(x) + sum_at(19 - x)) / static_cast<float>(is_mean ? std::max(n, 1) : 2),
                    1e-6);
      }
    }
  }
}

TEST(ComputeCis, drops_what_a_midline_beside_the_middle_mirrors_off_the_map) {
  EXPECT_EQ(mirrored_column(0, 4.5), 8);
  EXPECT_EQ(mirrored_column(12, 4.5), -4);
  const CisMap cis = compute_cis(std::vector<Point2>{{15, 3}}, std::vector<double>{1.0}, 3, 20,
                                 DensityNormalisation::on, 4.5);
  EXPECT_EQ(cis.values(3, 15), 1.0F);
  EXPECT_EQ(std::count(cis.count.values().begin(), cis.count.values().end(), 1), 9);
}

}  // namespace
}  // namespace csm
