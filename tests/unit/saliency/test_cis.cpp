#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "csm/saliency/cis.h"
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
      ASSERT_NEAR(maps[image].values.values()[q], expected[q], 1e-7) << "image " << image << " pixel " << q;
      ASSERT_EQ(maps[image].count.values()[q], expected_count[q]) << "image " << image << " pixel " << q;
    }
  }
}

TEST(ComputeCis, keeps_the_sum_without_density_normalisation) {
  const std::vector<CisMap> sums = test::golden_cis_maps(DensityNormalisation::off);
  const std::vector<CisMap> means = test::golden_cis_maps();
  bool has_overlap = false;
  for (std::size_t q = 0; q < sums[0].values.size(); ++q) {
    const int count = sums[0].count.values()[q];
    has_overlap |= count > 1;
    ASSERT_NEAR(sums[0].values.values()[q], means[0].values.values()[q] * static_cast<float>(count), 1e-6);
  }
  EXPECT_TRUE(has_overlap);
}

TEST(ComputeCis, does_not_transpose) {
  const CisMap cis =
      compute_cis(std::vector<Point2>{{12, 3}}, std::vector<double>{1.0}, 3, 20, DensityNormalisation::on);
  EXPECT_EQ(cis.values(3, 12), 1.0F);
  EXPECT_EQ(cis.values(12, 3), 0.0F);
}

TEST(ComputeCis, is_zero_where_no_used_vertex_paints) {
  const double unused = std::numeric_limits<double>::quiet_NaN();
  const CisMap cis = compute_cis(std::vector<Point2>{{5, 5}, {15, 15}}, std::vector<double>{unused, 2.0}, 3, 20,
                                 DensityNormalisation::on);
  EXPECT_EQ(cis.count(5, 5), 0);
  EXPECT_EQ(cis.values(5, 5), 0.0F);
  EXPECT_EQ(cis.values(15, 15), 2.0F);
}

TEST(PatchOnCanonical, uses_the_scaled_side_of_the_authors) {
  // S = 15 * 619 / 224 = 41.45: from floor(100 - 20.7) to floor(79 + 41.45).
  EXPECT_EQ(patch_on_canonical({100, 300}, 15 * 619.0 / 224, 619), (PatchRect{79, 279, 120, 320}));
  EXPECT_EQ(patch_on_canonical({0, 619}, 15 * 619.0 / 224, 619), (PatchRect{0, 598, 41, 619}));
}

}  // namespace
}  // namespace csm
