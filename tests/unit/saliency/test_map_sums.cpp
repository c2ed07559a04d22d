#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "csm/saliency/map_sums.h"
#include "csm/saliency/saliency_options.h"
#include "golden_cis.h"

namespace csm {
namespace {

TEST(MapSums, mean_and_standard_error_agree_with_the_independent_script) {
  const auto golden = test::golden("cms");
  const std::vector<double> mean = test::numbers(golden["mean"]);
  const std::vector<double> n = test::numbers(golden["n"]);
  const std::vector<double> standard_error = test::numbers(golden["standard_error"]);
  MapSums sums(test::golden("cis")["size"]);
  for (const CisMap& cis : test::golden_cis_maps()) sums.add(cis);
  const CanonicalMap map = sums.to_map();
  EXPECT_EQ(map.n_images, 4);
  for (std::size_t q = 0; q < mean.size(); ++q) {
    ASSERT_EQ(map.count.values()[q], n[q]);
    ASSERT_NEAR(map.mean.values()[q], mean[q], 1e-7);
    if (std::isnan(standard_error[q])) {
      ASSERT_TRUE(std::isnan(map.standard_error.values()[q]));
    } else {
      ASSERT_NEAR(map.standard_error.values()[q], standard_error[q], 1e-6);
    }
  }
}

TEST(MapSums, gives_the_same_bits_in_every_order) {
  std::vector<CisMap> maps = test::golden_cis_maps();
  MapSums forwards(maps[0].values.height());
  for (const CisMap& cis : maps) forwards.add(cis);
  MapSums backwards(maps[0].values.height());
  std::reverse(maps.begin(), maps.end());
  for (const CisMap& cis : maps) backwards.add(cis);
  EXPECT_EQ(forwards.to_map().mean, backwards.to_map().mean);
  const auto a = forwards.buffers();
  const auto b = backwards.buffers();
  for (std::size_t i = 0; i < a.size(); ++i)
    EXPECT_TRUE(std::equal(a[i].begin(), a[i].end(), b[i].begin()));
}

TEST(MapSums, adds_up_over_parts_by_adding_the_buffers) {
  const std::vector<CisMap> maps = test::golden_cis_maps();
  MapSums all(maps[0].values.height());
  MapSums first(maps[0].values.height());
  MapSums second(maps[0].values.height());
  for (std::size_t i = 0; i < maps.size(); ++i) {
    all.add(maps[i]);
    (i < 1 ? first : second).add(maps[i]);
  }
  const auto target = first.buffers();
  const auto more = second.buffers();
  for (std::size_t i = 0; i < target.size(); ++i) {
    for (std::size_t q = 0; q < target[i].size(); ++q) target[i][q] += more[i][q];
  }
  const CanonicalMap joined = first.to_map();
  const CanonicalMap direct = all.to_map();
  EXPECT_EQ(joined.mean, direct.mean);
  EXPECT_EQ(joined.count, direct.count);
  for (std::int64_t q = 0; q < joined.standard_error.size(); ++q) {
    const float a = joined.standard_error.values()[q];
    const float b = direct.standard_error.values()[q];
    EXPECT_TRUE(a == b || (std::isnan(a) && std::isnan(b)));
  }
}

TEST(MapSums, counts_an_image_only_where_it_covers) {
  MapSums sums(20);
  sums.add(compute_cis(std::vector<Point2>{{5, 5}}, std::vector<double>{1.0}, 3, 20,
                       DensityNormalisation::on));
  sums.add(compute_cis(std::vector<Point2>{{5, 5}, {15, 15}}, std::vector<double>{3.0, 4.0}, 3, 20,
                       DensityNormalisation::on));
  const CanonicalMap map = sums.to_map();
  EXPECT_EQ(map.mean(5, 5), 2.0F);
  EXPECT_EQ(map.count(5, 5), 2);
  EXPECT_EQ(map.mean(15, 15), 4.0F);
  EXPECT_EQ(map.count(15, 15), 1);
  EXPECT_NEAR(map.standard_error(5, 5), 1.0, 1e-6);
}

}  // namespace
}  // namespace csm
