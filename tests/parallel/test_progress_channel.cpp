#include <gtest/gtest.h>

#include "csm/cluster/progress_channel.h"

namespace csm {
namespace {

TEST(ProgressChannel, ends_with_the_counts_of_all_ranks) {
  const Communicator world;
  ProgressCount seen;
  ProgressChannel channel(world, [&](ProgressCount count) { seen = count; });
  const int n_images = world.rank() == 0 ? 0 : 4 * world.rank();  // the root's share is empty
  for (int i = 1; i <= n_images; ++i) channel.report({.n_done = i, .n_failed = i / 4});
  channel.finish({.n_done = n_images, .n_failed = n_images / 4});
  if (world.is_root()) {
    EXPECT_EQ(seen.n_done, 4 * world.size() * (world.size() - 1) / 2);
    EXPECT_EQ(seen.n_failed, world.size() * (world.size() - 1) / 2);
  }
}

}  // namespace
}  // namespace csm
