#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "csm/core/error.h"
#include "csm/reduce/sum_maps.h"
#include "random_sums.h"
#include "support/on_ranks.h"

namespace csm {
namespace {

using test::on_ranks;

using test::empty_sums;
using test::n_images;

void add_face(RankSums& sums, std::int64_t order) {
  const CisMap cis = test::random_cis(order);
  sums.cms.add(cis);
  sums.groups[static_cast<std::size_t>(order % 2)].add(cis);
  sums.convergence.add(order, cis);
  sums.regions.add(cis);
  RgbImage face(test::map_size, test::map_size);
  std::fill(face.values.begin(), face.values.end(), static_cast<std::uint8_t>(order * 10));
  sums.mean_face.add(face);
}

/// What one rank alone would hold.
RankSums serial_sums() {
  RankSums sums = empty_sums();
  for (std::int64_t order = 0; order < n_images; ++order) add_face(sums, order);
  return sums;
}

void expect_same(RankSums& a, RankSums& b) {
  EXPECT_EQ(a.cms.to_map().mean, b.cms.to_map().mean);
  EXPECT_EQ(a.cms.to_map().count, b.cms.to_map().count);
  EXPECT_EQ(a.groups[1].to_map().mean, b.groups[1].to_map().mean);
  const Convergence first = a.convergence.to_convergence();
  const Convergence second = b.convergence.to_convergence();
  EXPECT_EQ(first.image_count, second.image_count);
  EXPECT_EQ(first.snapshots, second.snapshots);
  EXPECT_EQ(first.rmse_to_final, second.rmse_to_final);
  EXPECT_EQ(a.mean_face.to_image().values, b.mean_face.to_image().values);
  EXPECT_EQ(a.regions.to_summary(a.cms.to_map())[0].mean,
            b.regions.to_summary(b.cms.to_map())[0].mean);
  const auto left = a.cms.buffers();
  const auto right = b.cms.buffers();
  for (std::size_t i = 0; i < left.size(); ++i)
    EXPECT_TRUE(std::equal(left[i].begin(), left[i].end(), right[i].begin()));
}

TEST(SumToRoot, gives_the_bits_of_one_rank_for_uneven_shares_and_any_root) {
  on_ranks([](const Communicator& world) {
    for (const int root : {0, world.size() - 1}) {
      RankSums sums = empty_sums();
      for (std::int64_t order = world.rank(); order < n_images; order += world.size())
        add_face(sums, order);
      sum_to_root(world, sums, root);
      if (world.rank() == root) {
        RankSums expected = serial_sums();
        expect_same(sums, expected);
      }
    }
  });
}

TEST(SumToRoot, takes_an_empty_share) {
  on_ranks([](const Communicator& world) {
    RankSums sums = empty_sums();
    if (world.rank() == world.size() - 1) {
      for (std::int64_t order = 0; order < n_images; ++order) add_face(sums, order);
    }
    sum_to_root(world, sums);
    if (world.is_root()) {
      RankSums expected = serial_sums();
      expect_same(sums, expected);
    }
  });
}

TEST(SumToRoot, refuses_on_every_rank_what_could_overflow) {
  on_ranks([](const Communicator& world) {
    RankSums sums = empty_sums();
    if (world.rank() == world.size() - 1)
      sums.cms.buffers()[0][0] = std::numeric_limits<std::int64_t>::max() / world.size();
    EXPECT_NO_THROW(sum_to_root(world, sums));
    RankSums more = empty_sums();
    if (world.size() > 1) {
      if (world.rank() == world.size() - 1)
        more.cms.buffers()[0][0] = std::numeric_limits<std::int64_t>::max() / world.size() + 1;
      EXPECT_THROW(sum_to_root(world, more), RunError);
    }
  });
}

}  // namespace
}  // namespace csm
