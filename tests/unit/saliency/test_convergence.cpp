#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "csm/saliency/convergence.h"
#include "csm/saliency/map_sums.h"
#include "golden_cis.h"
#include "similarity.h"

namespace csm {
namespace {

TEST(ConvergenceLadder, rises_from_one_to_all) {
  for (const std::int64_t n : {1, 2, 3, 11, 12, 13, 20, 200, 22085}) {
    const std::vector<std::int64_t> ladder = convergence_ladder(n);
    EXPECT_EQ(ladder.front(), 1);
    EXPECT_EQ(ladder.back(), n);
    EXPECT_EQ(ladder.size(), static_cast<std::size_t>(std::min<std::int64_t>(n, 12)));
    for (std::size_t i = 1; i < ladder.size(); ++i) EXPECT_GT(ladder[i], ladder[i - 1]);
  }
}

TEST(ConvergenceSums, snapshots_are_the_maps_of_the_first_images) {
  const std::vector<CisMap> maps = test::golden_cis_maps();
  const int size = maps[0].values.height();
  ConvergenceSums sums(size, {1, 2, 4});
  for (const std::size_t order : {3U, 0U, 2U, 1U})
    sums.add(static_cast<std::int64_t>(order), maps[order]);
  const Convergence result = sums.to_convergence();
  ASSERT_EQ(result.image_count, (std::vector<std::int64_t>{1, 2, 4}));
  MapSums prefix(size);
  std::size_t n = 0;
  for (std::size_t step = 0; step < 3; ++step) {
    while (n < static_cast<std::size_t>(result.image_count[step])) prefix.add(maps[n++]);
    EXPECT_EQ(result.snapshots[step], prefix.to_map().mean) << "step " << step;
  }
  EXPECT_NEAR(result.pearson_to_final[2], 1.0, 1e-9);
  EXPECT_EQ(result.rmse_to_final[2], 0.0);
  EXPECT_GT(result.rmse_to_final[0], result.rmse_to_final[1]);
}

TEST(ConvergenceSums, halves_are_disjoint) {
  const std::vector<CisMap> maps = test::golden_cis_maps();
  const int size = maps[0].values.height();
  ConvergenceSums sums(size, {1, 4});
  for (std::size_t order = 0; order < 4; ++order)
    sums.add(static_cast<std::int64_t>(order), maps[order]);
  const Convergence result = sums.to_convergence();
  EXPECT_TRUE(std::isnan(result.pearson_of_halves[0]));  // one image has no other half
  MapSums even(size);
  MapSums odd(size);
  for (std::size_t i = 0; i < 4; ++i) (i % 2 == 0 ? even : odd).add(maps[i]);
  const CanonicalMap a = even.to_map();
  const CanonicalMap b = odd.to_map();
  Grid<unsigned char> both(size, size);
  for (std::int64_t q = 0; q < both.size(); ++q)
    both.values()[q] = a.count.values()[q] > 0 && b.count.values()[q] > 0 ? 1 : 0;
  EXPECT_NEAR(result.pearson_of_halves[1], pearson_correlation(a.mean, b.mean, both), 1e-12);
}

TEST(ConvergenceSums, leaves_out_steps_without_a_good_image) {
  const std::vector<CisMap> maps = test::golden_cis_maps();
  ConvergenceSums sums(maps[0].values.height(), {1, 2, 4});
  sums.add(2, maps[0]);
  sums.add(3, maps[1]);
  EXPECT_EQ(sums.to_convergence().image_count, (std::vector<std::int64_t>{2}));
}

}  // namespace
}  // namespace csm
