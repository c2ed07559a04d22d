#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <stdexcept>
#include <string>

#include "csm/cluster/agreement.h"
#include "csm/cluster/thread_ranks.h"
#include "csm/cluster/work_queue.h"
#include "csm/core/error.h"
#include "support/message_of.h"

namespace csm {
namespace {

using testing::HasSubstr;

TEST(ThreadRanks, are_as_many_as_were_asked_for_each_with_its_number) {
  std::atomic<std::int64_t> sum = 0;
  run_thread_ranks(100, [&](const Communicator& world) {
    EXPECT_EQ(world.size(), 100);
    EXPECT_EQ(world.local_rank(), world.rank());
    EXPECT_EQ(world.n_local_ranks(), 100);
    EXPECT_EQ(world.all_sum(world.rank()), 4950);
    sum += world.rank();
  });
  EXPECT_EQ(sum, 4950);
}

TEST(ThreadRanks, a_copy_of_a_communicator_is_the_same_rank) {
  run_thread_ranks(3, [](const Communicator& world) {
    const Communicator copy = world;  // NOLINT(performance-unnecessary-copy-initialization)
    EXPECT_EQ(copy.rank(), world.rank());
    EXPECT_EQ(copy.all_sum(1) + world.all_sum(1), 6);
  });
}

TEST(ThreadRanks, the_error_of_one_ends_all_and_is_the_one_to_be_seen) {
  std::atomic<int> n_ended = 0;
  const auto fail_alone = [&](const Communicator& world) {
    if (world.rank() == 2) throw std::runtime_error("the disk of rank 2");
    try {
      world.barrier();
    } catch (const RunError& error) {
      EXPECT_THAT(error.what(), HasSubstr("rank 2 has ended"));
      ++n_ended;
      throw;
    }
  };
  EXPECT_THAT(test::message_of<std::exception>([&] { run_thread_ranks(8, fail_alone); }),
              HasSubstr("the disk of rank 2"));
  EXPECT_EQ(n_ended, 7);
}

TEST(ThreadRanks, who_returns_too_early_holds_nobody) {
  const auto leave_early = [](const Communicator& world) {
    if (world.rank() != 1) world.all_gather("still here");
  };
  EXPECT_THAT(test::message_of<std::exception>([&] { run_thread_ranks(3, leave_early); }),
              HasSubstr("rank 1 has ended"));
}

TEST(ThreadRanks, collectives_that_differ_are_an_error_and_no_deadlock) {
  const auto mix = [](const Communicator& world) {
    if (world.is_root()) {
      world.gather("bytes");
    } else {
      world.broadcast("bytes");
    }
  };
  EXPECT_THAT(test::message_of<std::exception>([&] { run_thread_ranks(2, mix); }),
              HasSubstr("the same collectives"));
  const auto mix_roots = [](const Communicator& world) { world.broadcast("bytes", world.rank()); };
  EXPECT_THAT(test::message_of<std::exception>([&] { run_thread_ranks(2, mix_roots); }),
              HasSubstr("of root"));
}

TEST(ThreadRanks, an_error_that_all_agree_on_keeps_its_type) {
  EXPECT_THROW(run_thread_ranks(5,
                                [](const Communicator& world) {
                                  agree(world, [&] {
                                    if (world.rank() == 3) throw InputError("no such folder");
                                  });
                                }),
               InputError);
}

class ThreadQueueTest : public testing::TestWithParam<Handout> {};

TEST_P(ThreadQueueTest, a_lost_rank_ends_those_who_take_items_and_those_who_wait) {
  const auto fail_in_loop = [](const Communicator& world) {
    WorkQueue queue(world, 1000, GetParam(), [](ProgressCount) {});
    if (world.rank() == 1) throw RunError("the network failed");
    // Rank 2 waits for the others at once.
    while (world.rank() != 2 && queue.next()) {
    }
    queue.finish({});
  };
  EXPECT_THAT(test::message_of<std::exception>([&] { run_thread_ranks(4, fail_in_loop); }),
              HasSubstr("the network failed"));
}

TEST_P(ThreadQueueTest, queues_follow_one_another) {
  run_thread_ranks(4, [](const Communicator& world) {
    for (std::int64_t n_items = 0; n_items < 20; ++n_items) {
      std::int64_t n_all = 0;
      WorkQueue queue(world, n_items, GetParam(),
                      [&](ProgressCount count) { n_all = count.n_done; });
      std::int64_t n_own = 0;
      while (queue.next()) ++n_own;
      queue.finish({.n_done = n_own, .n_failed = 0});
      EXPECT_EQ(world.all_sum(n_own), n_items);
      if (world.is_root()) {
        EXPECT_EQ(n_all, n_items);
      }
    }
  });
}

INSTANTIATE_TEST_SUITE_P(handouts, ThreadQueueTest,
                         testing::Values(Handout::round_robin, Handout::guided));

}  // namespace
}  // namespace csm
