#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/model/device.h"

namespace csm {
namespace {

TEST(ChooseDevice, deals_the_devices_round_to_the_ranks_of_a_node) {
  EXPECT_EQ(to_string(choose_device(Device::automatic, 0, 4)), "cuda:0");
  EXPECT_EQ(to_string(choose_device(Device::automatic, 3, 4)), "cuda:3");
  EXPECT_EQ(to_string(choose_device(Device::cuda, 5, 4)), "cuda:1");
}

TEST(ChooseDevice, is_always_0_where_the_launcher_shows_one_device) {
  EXPECT_EQ(to_string(choose_device(Device::cuda, 7, 1)), "cuda:0");
}

TEST(ChooseDevice, falls_back_to_the_cpu_only_if_allowed) {
  EXPECT_EQ(to_string(choose_device(Device::automatic, 2, 0)), "cpu");
  EXPECT_EQ(to_string(choose_device(Device::cpu, 2, 4)), "cpu");
  EXPECT_THROW(choose_device(Device::cuda, 0, 0), InputError);
}

}  // namespace
}  // namespace csm
