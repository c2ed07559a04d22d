#include <gtest/gtest.h>

#include <string>

#include "csm/cluster/agreement.h"
#include "csm/core/error.h"
#include "support/on_ranks.h"

namespace csm {
namespace {

using test::on_ranks;

TEST(Agree, passes_where_every_rank_is_fine) {
  on_ranks([](const Communicator& world) {
    int n_calls = 0;
    agree(world, [&] { ++n_calls; });
    EXPECT_EQ(n_calls, 1);
  });
}

TEST(Agree, throws_the_message_of_the_lowest_failing_rank_everywhere) {
  on_ranks([](const Communicator& world) {
    const int lowest = world.size() == 1 ? 0 : 1;
    try {
      agree(world, [&] {
        if (world.rank() >= lowest)
          throw InputError("rank " + std::to_string(world.rank()) + " says no");
      });
      FAIL() << "no error on rank " << world.rank();
    } catch (const InputError& error) {
      EXPECT_EQ(std::string(error.what()), "rank " + std::to_string(lowest) + " says no");
    }
  });
}

TEST(Agree, turns_other_errors_into_a_failed_run) {
  on_ranks([](const Communicator& world) {
    EXPECT_THROW(agree(world,
                       [&] {
                         if (world.rank() == world.size() - 1) throw std::runtime_error("disk");
                       }),
                 RunError);
    // The ranks are still in step.
    EXPECT_EQ(world.all_sum(1), world.size());
  });
}

}  // namespace
}  // namespace csm
