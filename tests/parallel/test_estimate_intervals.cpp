#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "csm/core/random.h"
#include "csm/reduce/estimate_intervals.h"
#include "csm/reduce/gather_rows.h"
#include "csm/reduce/map_magnitudes.h"
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

/// The same, number 5 of no group, so that no rank holds it.
std::vector<DesignImage> images_without_number_5() {
  std::vector<DesignImage> images = images_of_persons();
  images[5].group = "";
  return images;
}

CoarseGrid small_grid() { return {Grid<Region>(4, 4, Region::nose), Grid<double>(4, 4, 1.0)}; }

/// Random maps of the images of this rank's persons.
RankValues values_on(const Communicator& world, const CoarseGrid& grid,
                     const std::vector<DesignImage>& images) {
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
  return values;
}

std::optional<MapIntervals> estimate_on(const Communicator& world) {
  const CoarseGrid grid = small_grid();
  const std::vector<DesignImage> images = images_of_persons();
  return estimate_intervals(world, grid, images, values_on(world, grid, images), 200, 3);
}

TEST(LargestOfMaps, IsKnownOnAllRanks) {
  const CoarseGrid grid = small_grid();
  const std::vector<DesignImage> images = images_without_number_5();
  const RankValues alone = values_on(Communicator::single(), grid, images);
  on_ranks([&](const Communicator& world) {
    RankValues own = values_on(world, grid, images);
    const std::int64_t row = own.row_of_image[7];
    if (row >= 0) {  // a map without a value
      for (std::int64_t i = 0; i < grid.n_values(); ++i)
        own.rows.values[static_cast<std::size_t>(row * grid.n_values() + i)] = std::nanf("");
    }
    const std::vector<float> largest = largest_of_maps(world, own, std::ssize(images));
    ASSERT_EQ(largest.size(), 40U);
    EXPECT_TRUE(std::isnan(largest[5]));
    EXPECT_TRUE(std::isnan(largest[7]));
    const std::span<const float> first = alone.rows.row(0);
    EXPECT_EQ(largest[0], *std::max_element(first.begin(), first.end()));
  });
}

TEST(GatherRows, PutsTheImagesInTheirOrderOnAnyRanks) {
  const CoarseGrid grid = small_grid();
  const std::vector<DesignImage> images = images_without_number_5();
  const RankValues alone = values_on(Communicator::single(), grid, images);
  on_ranks([&](const Communicator& world) {
    const RankValues all = gather_rows(world, values_on(world, grid, images), std::ssize(images));
    if (!world.is_root()) return;
    EXPECT_EQ(all.row_of_image, alone.row_of_image);
    EXPECT_EQ(all.row_of_image[5], -1);
    ASSERT_EQ(all.rows.values.size(), alone.rows.values.size());
    // As bytes: NaN does not equal itself.
    EXPECT_EQ(std::memcmp(all.rows.values.data(), alone.rows.values.data(),
                          all.rows.values.size() * sizeof(float)),
              0);
  });
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
