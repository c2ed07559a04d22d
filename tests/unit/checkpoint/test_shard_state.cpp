#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "csm/checkpoint/shard_state.h"
#include "csm/core/random.h"

namespace csm {
namespace {

constexpr int size = 12;
constexpr std::int64_t n_images = 9;

ShardState empty_state() {
  return {.sums = {.cms = MapSums(size),
                   .groups = std::vector<MapSums>(2, MapSums(size)),
                   .methods = std::vector<MapSums>(1, MapSums(size)),
                   .convergence = ConvergenceSums(size, convergence_ladder(n_images)),
                   .regions = RegionSums(Grid<Region>(size, size, Region::nose)),
                   .mean_face = MeanFaceSums(size),
                   .face_lost = MapSums(size)},
          .rows = {},
          .examples = {},
          .cis_parts = {}};
}

/// Every third image failed.
ImageOutcome outcome_of(std::int64_t order) {
  ImageOutcome outcome;
  outcome.row.order = order;
  outcome.row.id = "image " + std::to_string(order);
  outcome.row.status = order % 3 == 2 ? "no face found" : "ok";
  outcome.row.confidence = 0.1 * static_cast<double>(order);
  if (order % 3 == 2) return outcome;
  SplitMix64 random(static_cast<std::uint64_t>(order));
  outcome.cis = CisMap{.values = Grid<float>(size, size), .count = Grid<std::int32_t>(size, size)};
  for (std::int64_t q = 0; q < outcome.cis->values.size(); ++q) {
    outcome.cis->count.values()[q] = static_cast<std::int32_t>(random.below(3));
    outcome.cis->values.values()[q] = static_cast<float>(random.uniform() - 0.3);
  }
  outcome.methods = {*outcome.cis};
  outcome.methods[0].values(1, 2) = 7;
  outcome.face_lost = outcome.cis;
  outcome.face_lost->values(2, 1) = 1;
  outcome.group = static_cast<std::size_t>(order % 2);
  outcome.canonical_face = RgbImage(size, size);
  outcome.canonical_face.pixel(1, 2)[0] = static_cast<std::uint8_t>(20 * order);
  outcome.picture = RgbImage(3, 4);
  outcome.vertices = {{1.5, 2.5}};
  return outcome;
}

std::string packed(ShardState& state, std::vector<CisPart> parts = {}) {
  std::string bytes;
  pack_shard(state, parts, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

ShardState state_of(std::initializer_list<std::int64_t> orders) {
  ShardState state = empty_state();
  for (const std::int64_t order : orders) add_outcome(state, outcome_of(order));
  return state;
}

void expect_same_sums(ShardState& a, ShardState& b) {
  const auto left = sum_buffers(a.sums);
  const auto right = sum_buffers(b.sums);
  ASSERT_EQ(left.size(), right.size());
  for (std::size_t i = 0; i < left.size(); ++i) {
    EXPECT_TRUE(std::equal(left[i].begin(), left[i].end(), right[i].begin(), right[i].end())) << i;
  }
  EXPECT_EQ(a.sums.convergence.to_convergence().snapshots,
            b.sums.convergence.to_convergence().snapshots);
  EXPECT_EQ(a.sums.mean_face.to_image().values, b.sums.mean_face.to_image().values);
}

TEST(ShardState, parts_packed_and_added_up_in_any_order_are_the_whole) {
  ShardState whole = state_of({0, 1, 2, 3, 4, 5, 6, 7, 8});
  ShardState first = state_of({7, 2, 0});
  ShardState second = state_of({1, 8, 4, 3});
  ShardState sum = state_of({5, 6});
  add_packed_shard(packed(second), "", sum);
  add_packed_shard(packed(first), "", sum);
  expect_same_sums(sum, whole);
}

TEST(ShardState, images_that_failed_are_not_packed) {
  ShardState state = state_of({0, 1, 2, 5});
  EXPECT_EQ(state.count().n_done, 4);
  EXPECT_EQ(state.count().n_failed, 2);
  const std::string bytes = packed(state);
  EXPECT_EQ(positions_in(bytes), (std::vector<std::int64_t>{0, 1}));
  ShardState again = empty_state();
  add_packed_shard(bytes, "", again);
  ASSERT_EQ(again.rows.size(), 2U);
  EXPECT_EQ(again.rows[1].id, "image 1");
  EXPECT_EQ(again.rows[1].confidence, 0.1);
  EXPECT_EQ(again.count().n_failed, 0);
}

TEST(ShardState, part_files_are_found_beside_their_checkpoint) {
  ShardState state = state_of({0});
  const std::string bytes = packed(state, {{.path = "old/folder/1-0.cis", .n_bytes = 77}});
  ShardState again = empty_state();
  add_packed_shard(bytes, "new/folder", again);
  ASSERT_EQ(again.cis_parts.size(), 1U);
  EXPECT_EQ(again.cis_parts[0].path, "new/folder/1-0.cis");
  EXPECT_EQ(again.cis_parts[0].n_bytes, 77);
}

TEST(ShardState, packing_a_restored_state_gives_the_same_bytes) {
  ShardState state = state_of({0, 1, 3, 4, 6, 7});
  const std::string bytes = packed(state);
  ShardState again = empty_state();
  add_packed_shard(bytes, "", again);
  EXPECT_EQ(packed(again), bytes);
}

}  // namespace
}  // namespace csm
