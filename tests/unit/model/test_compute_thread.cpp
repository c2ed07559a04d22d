#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <atomic>

#include "csm/model/compute_thread.h"

namespace csm {
namespace {

TEST(ComputeThread, runs_on_one_core_and_leaves_this_thread_its_number) {
  at::set_num_threads(3);
  std::atomic<int> there = 0;
  start_compute_thread([&] { there = at::get_num_threads(); }).join();
  EXPECT_EQ(there, 1);
  EXPECT_EQ(at::get_num_threads(), 3);
}

TEST(ComputeThread, a_thread_that_has_not_computed_yet_keeps_its_number_too) {
  std::atomic<int> after = 0;
  std::thread([&] {
    at::set_num_threads(2);
    start_compute_thread([] {}).join();
    after = at::get_num_threads();
  }).join();
  EXPECT_EQ(after, 2);
}

}  // namespace
}  // namespace csm
