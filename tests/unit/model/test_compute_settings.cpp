#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "csm/model/compute_settings.h"

namespace csm {
namespace {

TEST(ComputeSettings, are_read_back_deterministic_and_without_tf32) {
  configure_compute(1);
  EXPECT_THAT(compute_settings(),
              testing::UnorderedElementsAre(testing::Pair("deterministic_algorithms", "on"),
                                            testing::Pair("cudnn_deterministic", "on"),
                                            testing::Pair("cudnn_benchmark", "off"),
                                            testing::Pair("cudnn_tf32", "off"),
                                            testing::Pair("cublas_tf32", "off"),
                                            testing::Pair("cublas_workspace_config", ":4096:8")));
}

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
