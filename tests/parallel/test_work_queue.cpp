#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "csm/cluster/work_queue.h"
#include "support/on_ranks.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using test::on_ranks;

using Items = std::vector<std::int64_t>;

std::string as_bytes(const Items& items) {
  return {reinterpret_cast<const char*>(items.data()), items.size() * 8};
}

/// How often each item was dealt, over all ranks.
Items times_dealt(const Communicator& world, const Items& own, std::int64_t n_items) {
  Items times(static_cast<std::size_t>(n_items));
  for (const std::string& bytes : world.all_gather(as_bytes(own))) {
    for (std::size_t at = 0; at < bytes.size(); at += 8) {
      std::int64_t item = 0;
      std::copy_n(bytes.data() + at, 8, reinterpret_cast<char*>(&item));
      times[static_cast<std::size_t>(item)] += 1;
    }
  }
  return times;
}

class WorkQueueTest : public testing::TestWithParam<Handout> {};

/// Takes items until there are none; `work` is called for each.
template <class Work>
Items take_all(const Communicator& world, WorkQueue& queue, Work&& work) {
  Items own;
  while (const auto item = queue.next()) {
    own.push_back(*item);
    work(*item);
    const auto n = static_cast<std::int64_t>(own.size());
    queue.report({.n_done = n, .n_failed = 0});
  }
  queue.finish({.n_done = static_cast<std::int64_t>(own.size()), .n_failed = world.rank()});
  return own;
}

TEST_P(WorkQueueTest, deals_every_item_once_and_ends_with_the_counts_of_all_ranks) {
  on_ranks([](const Communicator& world) {
    ProgressCount seen;
    for (const std::int64_t n_items : {0, 1, 2, 7, 500}) {
      WorkQueue queue(world, n_items, GetParam(), [&](ProgressCount count) { seen = count; });
      const Items own = take_all(world, queue, [](std::int64_t) {});
      EXPECT_EQ(times_dealt(world, own, n_items), Items(static_cast<std::size_t>(n_items), 1));
      if (world.is_root()) {
        EXPECT_EQ(seen.n_done, n_items);
        EXPECT_EQ(seen.n_failed, world.size() * (world.size() - 1) / 2);
      }
    }
  });
}

TEST_P(WorkQueueTest, a_stop_on_any_rank_ends_all_and_leaves_no_message_behind) {
  on_ranks([](const Communicator& world) {
    ProgressCount seen;
    for (int stopper = 0; stopper < world.size(); ++stopper) {
      WorkQueue queue(world, 100'000, GetParam(), [&](ProgressCount count) { seen = count; });
      std::int64_t n_own = 0;
      take_all(world, queue, [&](std::int64_t) {
        if (world.rank() == stopper && ++n_own == 3) queue.request_stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      });
      if (world.is_root()) {
        EXPECT_GE(seen.n_done, 3);
        EXPECT_LT(seen.n_done, 50'000);
      }
    }
    WorkQueue queue(world, 5, GetParam(), [](ProgressCount) {});
    EXPECT_EQ(times_dealt(world, take_all(world, queue, [](std::int64_t) {}), 5), Items(5, 1));
  });
}

TEST_P(WorkQueueTest, one_thread_takes_items_while_another_reports) {
  on_ranks([](const Communicator& world) {
    ProgressCount seen;
    constexpr std::int64_t n_items = 400;
    WorkQueue queue(world, n_items, GetParam(), [&](ProgressCount count) { seen = count; });
    Items own;
    std::atomic<bool> is_done = false;
    std::thread taker([&] {
      while (const auto item = queue.next()) own.push_back(*item);
      is_done = true;
    });
    while (!is_done) {
      EXPECT_FALSE(queue.is_stopping());
      queue.report({.n_done = 1, .n_failed = 0});
    }
    taker.join();
    queue.finish({.n_done = static_cast<std::int64_t>(own.size()), .n_failed = 0});
    EXPECT_EQ(times_dealt(world, own, n_items), Items(n_items, 1));
    if (world.is_root()) {
      EXPECT_EQ(seen.n_done, n_items);
    }
  });
}

TEST_P(WorkQueueTest, a_stop_reaches_who_takes_no_items) {
  on_ranks([](const Communicator& world) {
    WorkQueue queue(world, 10, GetParam(), [](ProgressCount) {});
    if (world.rank() == world.size() - 1) queue.request_stop();
    while (!queue.is_stopping()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    queue.finish({});
  });
}

TEST_P(WorkQueueTest, has_plenty_while_there_are_more_items_for_each_rank) {
  on_ranks([](const Communicator& world) {
    WorkQueue queue(world, 4 * world.size(), GetParam(), [](ProgressCount) {});
    EXPECT_TRUE(queue.has_plenty(2)) << "four for each rank";
    EXPECT_EQ(queue.has_plenty(3), GetParam() == Handout::round_robin || world.size() == 1);
    queue.finish({});
  });
}

TEST_P(WorkQueueTest, has_nothing_to_share_after_the_last_item) {
  on_ranks([](const Communicator& world) {
    WorkQueue queue(world, 4 * world.size(), GetParam(), [](ProgressCount) {});
    while (queue.next()) {
    }
    EXPECT_EQ(queue.has_plenty(0), GetParam() == Handout::round_robin || world.size() == 1)
        << "what is dealt beforehand nobody waits for";
    queue.finish({});
  });
}

TEST_P(WorkQueueTest, a_stop_before_the_first_item_deals_nothing_to_that_rank) {
  on_ranks([](const Communicator& world) {
    WorkQueue queue(world, 10, GetParam(), [](ProgressCount) {});
    queue.request_stop();
    EXPECT_EQ(queue.next(), std::nullopt);
    queue.finish({});
  });
}

TEST_P(WorkQueueTest, can_be_given_up_by_all_ranks_without_a_message) {
  on_ranks([](const Communicator& world) {
    {
      const WorkQueue queue(world, 10, GetParam(), [](ProgressCount) {});
    }
    world.barrier();
  });
}

INSTANTIATE_TEST_SUITE_P(handouts, WorkQueueTest,
                         testing::Values(Handout::round_robin, Handout::guided));

/// Asleep, without a call of MPI, until the folder holds so many entries.
void wait_for_entries(const std::filesystem::path& folder, int n_entries) {
  const auto n_now = [&] { return std::distance(std::filesystem::directory_iterator(folder), {}); };
  while (n_now() < n_entries) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST(WorkQueueDelay, a_rank_that_stands_still_does_not_hold_the_others) {
  on_ranks([](const Communicator& world) {
    if (world.size() == 1) return;  // it has nobody to wait for
    for (const int slow : {0, world.size() - 1}) {
      const test::TemporaryFolder own_folder;
      const std::filesystem::path folder =
          world.broadcast(own_folder.path().string());  // the root's
      WorkQueue queue(world, 300, Handout::guided, [](ProgressCount) {});
      std::int64_t n_own = 0;
      while (queue.next()) {
        // The slow rank stays with its first item until all others have found the queue empty.
        if (++n_own == 1 && world.rank() == slow) wait_for_entries(folder, world.size() - 1);
      }
      if (world.rank() == slow) {
        EXPECT_LE(n_own, chunk_size(300, world.size()))
            << "items dealt to a rank that did not come back for more";
      } else {
        std::ofstream(folder / std::to_string(world.rank())) << "done";
      }
      queue.finish({});
    }
  });
}

TEST(ChunkSize, shrinks_to_single_items) {
  EXPECT_EQ(chunk_size(200'000, 64), 16);
  EXPECT_EQ(chunk_size(8 * 64 * 5, 64), 5);
  EXPECT_EQ(chunk_size(100, 64), 1);
  EXPECT_EQ(chunk_size(1, 1), 1);
}

}  // namespace
}  // namespace csm
