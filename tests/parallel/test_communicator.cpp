#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "support/on_ranks.h"

namespace csm {
namespace {

using test::on_ranks;

TEST(Communicator, sums_to_any_root) {
  on_ranks([](const Communicator& world) {
    for (const int root : {0, world.size() - 1}) {
      std::vector<std::int64_t> values = {world.rank() + 1, -10, std::int64_t{1} << 40};
      world.sum_to_root(values, root);
      const int n = world.size();
      if (world.rank() == root) {
        EXPECT_EQ(values, (std::vector<std::int64_t>{n * (n + 1) / 2, -10 * n,
                                                     n * (std::int64_t{1} << 40)}));
      }
      std::vector<std::int32_t> small = {1};
      world.sum_to_root(small, root);
      if (world.rank() == root) {
        EXPECT_EQ(small[0], n);
      }
    }
  });
}

TEST(Communicator, gathers_texts_of_different_length_and_none) {
  on_ranks([](const Communicator& world) {
    const std::string mine(static_cast<std::size_t>(world.rank()) * 3,
                           static_cast<char>('a' + world.rank()));
    for (const int root : {0, world.size() - 1}) {
      const std::vector<std::string> parts = world.gather(mine, root);
      if (world.rank() != root) {
        EXPECT_TRUE(parts.empty());
        continue;
      }
      ASSERT_EQ(parts.size(), static_cast<std::size_t>(world.size()));
      EXPECT_EQ(parts[0], "");
      for (std::size_t rank = 1; rank < parts.size(); ++rank)
        EXPECT_EQ(parts[rank], std::string(rank * 3, static_cast<char>('a' + rank)));
    }
    const std::vector<std::string> everywhere = world.all_gather(mine);
    ASSERT_EQ(everywhere.size(), static_cast<std::size_t>(world.size()));
    EXPECT_EQ(everywhere[static_cast<std::size_t>(world.rank())], mine);
  });
}

TEST(Communicator, broadcasts_from_any_root_and_the_empty_text) {
  on_ranks([](const Communicator& world) {
    const int root = world.size() - 1;
    EXPECT_EQ(world.broadcast(world.rank() == root ? "text" : "other", root), "text");
    EXPECT_EQ(world.broadcast(world.is_root() ? "" : "other"), "");
  });
}

TEST(Communicator, knows_its_place_on_the_node) {
  on_ranks([](const Communicator& world) {
    EXPECT_GE(world.local_rank(), 0);
    EXPECT_LT(world.local_rank(), world.n_local_ranks());
    EXPECT_EQ(world.all_sum(1), world.size());
    EXPECT_EQ(world.all_max(world.rank()), world.size() - 1);
  });
}

TEST(Communicator, gathers_on_the_node_by_local_rank) {
  on_ranks([](const Communicator& world) {
    const std::vector<std::string> parts =
        world.all_gather_on_node("rank " + std::to_string(world.rank()));
    ASSERT_EQ(parts.size(), static_cast<std::size_t>(world.n_local_ranks()));
    EXPECT_EQ(parts[static_cast<std::size_t>(world.local_rank())],
              "rank " + std::to_string(world.rank()));
    EXPECT_TRUE(std::is_sorted(parts.begin(), parts.end()));
  });
}

}  // namespace
}  // namespace csm
