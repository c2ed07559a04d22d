#include <gtest/gtest.h>

#include <cmath>

#include "csm/reduce/map_quality.h"
#include "random_sums.h"
#include "support/on_ranks.h"

namespace csm {
namespace {

using test::on_ranks;

using test::n_images;

void add_image(RankSums& sums, std::int64_t order) {
  const CisMap cis = test::random_cis(order);
  sums.cms.add(cis);
  sums.convergence.add(order, cis);
}

/// The root mean square of the standard error, from the images themselves.
double expected_error() {
  std::vector<CisMap> maps;
  for (std::int64_t order = 0; order < n_images; ++order) maps.push_back(test::random_cis(order));
  double sum = 0;
  double n_pixels = 0;
  for (std::int64_t q = 0; q < maps[0].values.size(); ++q) {
    std::vector<double> values;
    for (const CisMap& map : maps) {
      if (map.count.values()[q] > 0) values.push_back(map.values.values()[q]);
    }
    if (values.size() < 2) continue;
    const auto n = static_cast<double>(values.size());
    double mean = 0;
    for (const double value : values) mean += value / n;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    sum += squares / (n - 1) / n;
    n_pixels += 1;
  }
  return std::sqrt(sum / n_pixels);
}

TEST(MapQuality, is_that_of_all_images_on_every_rank_and_leaves_the_sums_alone) {
  on_ranks([](const Communicator& world) {
    RankSums shared = test::empty_sums();
    for (std::int64_t order = world.rank(); order < n_images; order += world.size())
      add_image(shared, order);
    const Grid<float> before = shared.cms.to_map().mean;
    RankSums whole = test::empty_sums();
    for (std::int64_t order = 0; order < n_images; ++order) add_image(whole, order);

    const MapQuality quality = measure_quality(world, shared);
    EXPECT_EQ(quality.n_images, n_images);
    EXPECT_NEAR(quality.standard_error, expected_error(), 1e-6 * expected_error());
    EXPECT_EQ(quality.agreement, whole.convergence.to_convergence().pearson_of_halves.back());
    EXPECT_EQ(shared.cms.to_map().mean, before);
  });
}

TEST(MapQuality, of_no_image_is_unknown) {
  on_ranks([](const Communicator& world) {
    const MapQuality quality = measure_quality(world, test::empty_sums());
    EXPECT_EQ(quality.n_images, 0);
    EXPECT_TRUE(std::isnan(quality.standard_error) && std::isnan(quality.agreement));
  });
}

}  // namespace
}  // namespace csm
