#include <gtest/gtest.h>

#include <vector>

#include "csm/saliency/map_sums.h"
#include "csm/saliency/region_sums.h"
#include "csm/saliency/saliency_options.h"

namespace csm {
namespace {

/// Left half of the image the nose, right half the mouth, the last row no region.
Grid<Region> two_regions() {
  Grid<Region> regions(20, 20, Region::nose);
  for (int y = 0; y < 20; ++y) {
    for (int x = 10; x < 20; ++x) regions(y, x) = Region::mouth;
  }
  for (int x = 0; x < 20; ++x) regions(19, x) = Region::none;
  return regions;
}

CisMap painted(double nose, double mouth) {
  return compute_cis(std::vector<Point2>{{5, 5}, {15, 5}}, std::vector<double>{nose, mouth}, 4, 20,
                     DensityNormalisation::on);
}

TEST(RegionSums, mean_error_and_share_of_two_images) {
  RegionSums sums(two_regions());
  MapSums cms(20);
  for (const CisMap& cis : {painted(3, 1), painted(5, -3)}) {
    sums.add(cis);
    cms.add(cis);
  }
  const std::vector<RegionSummary> rows = sums.to_summary(cms.to_map());
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].name, "nose");
  EXPECT_EQ(rows[0].n_pixels, 190);
  EXPECT_NEAR(rows[0].mean, 4, 1e-9);
  EXPECT_NEAR(rows[0].standard_error, 1, 1e-9);
  EXPECT_NEAR(rows[0].share, 1, 1e-12);  // the mouth's mean is negative
  EXPECT_EQ(rows[1].name, "mouth");
  EXPECT_NEAR(rows[1].mean, -1, 1e-9);
  EXPECT_NEAR(rows[1].standard_error, 2, 1e-9);
  EXPECT_NEAR(rows[1].share, 0, 1e-12);
}

TEST(RegionSums, weighs_the_pixels_of_a_sampled_image) {
  // The nose's pixels of the left quarter count three times as much as the others; the image covers
  // one square of each.
  Grid<double> weights(20, 20, 1.0);
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 5; ++x) weights(y, x) = 3;
  }
  RegionSums sums(two_regions(), weights);
  sums.add(compute_cis(std::vector<Point2>{{2.5, 5}, {7.5, 5}}, std::vector<double>{1.0, 5.0}, 1,
                       20, DensityNormalisation::on));
  MapSums cms(20);
  const std::vector<RegionSummary> rows = sums.to_summary(cms.to_map());
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_NEAR(rows[0].mean, (3 * 1 + 1 * 5) / 4.0, 1e-9);
}

}  // namespace
}  // namespace csm
