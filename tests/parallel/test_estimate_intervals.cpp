#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "csm/core/random.h"
#include "csm/reduce/estimate_intervals.h"
#include "support/on_ranks.h"

namespace csm {
namespace {

using test::on_ranks;

constexpr int n_persons = 30;

/// 40 images of 30 persons.
std::vector<DesignImage> images_of_persons() {
  std::vector<DesignImage> images;
  for (int i = 0; i < 40; ++i)
    images.push_back(
        {.group = "all", .person = "p" + std::to_string(i % n_persons), .stratum = ""});
  return images;
}

std::optional<MapIntervals> estimate_on(const Communicator& world) {
  const CoarseGrid grid(Grid<Region>(4, 4, Region::nose), Grid<double>(4, 4, 1.0));
  const std::vector<DesignImage> images = images_of_persons();
  const std::vector<int> ranks = deal_images(images, world.size());
  RankValues values;
  values.rows.n_values = grid.n_values();
  values.row_of_image.assign(images.size(), -1);
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (ranks[i] != world.rank()) continue;
    SplitMix64 random(i);
    Grid<float> map(4, 4);
    for (float& value : map.values()) value = static_cast<float>(random.uniform());
    values.row_of_image[i] = values.rows.n_rows();
    values.rows.append(grid.row_of(map));
  }
  return estimate_intervals(world, grid, images, values, 200, 3);
}

TEST(EstimateIntervals, AreTheSameOnAnyRanks) {
  const std::optional<MapIntervals> alone = estimate_on(Communicator::single());
  ASSERT_TRUE(alone.has_value());
  EXPECT_EQ(alone->n_persons, n_persons);
  EXPECT_EQ(alone->n_resamples, 200);
  on_ranks([&](const Communicator& world) {
    const std::optional<MapIntervals> found = estimate_on(world);
    EXPECT_EQ(found.has_value(), world.is_root());
    if (!found) return;
    EXPECT_EQ(found->mean.values(), alone->mean.values());
    EXPECT_EQ(found->half_width.values(), alone->half_width.values());
    EXPECT_EQ(found->band_factor, alone->band_factor);
    EXPECT_EQ(found->regions.at(0).band_high, alone->regions.at(0).band_high);
  });
}

}  // namespace
}  // namespace csm
