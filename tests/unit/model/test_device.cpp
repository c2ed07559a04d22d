#include <gmock/gmock.h>

#include "csm/core/error.h"
#include "csm/model/device.h"
#include "csm/model/model_options.h"
#include "support/message_of.h"

namespace csm {
namespace {

using test::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// A rank that sees the devices of these UUIDs, one letter each.
VisibleDevices sees(const std::string& letters) {
  VisibleDevices visible;
  if (letters.empty()) visible.why_none = "the reason";
  for (const char letter : letters)
    visible.devices.push_back({.name = "H100", .uuid = std::string(1, letter)});
  return visible;
}

std::vector<std::string> assign(const std::vector<VisibleDevices>& visible,
                                Device device = Device::automatic, int ranks_per_device = 1) {
  ModelOptions options;
  options.device = device;
  options.ranks_per_device = ranks_per_device;
  std::vector<std::string> texts;
  for (const ComputeDevice chosen : assign_devices(options, visible, "node7"))
    texts.push_back(to_string(chosen));
  return texts;
}

std::vector<VisibleDevices> ranks_that_see(std::size_t n_ranks, const std::string& letters) {
  return {n_ranks, sees(letters)};
}

TEST(AssignDevices, every_rank_sees_all_devices_of_the_node) {
  EXPECT_THAT(assign(ranks_that_see(4, "abcd")),
              ElementsAre("cuda:0", "cuda:1", "cuda:2", "cuda:3"));
}

TEST(AssignDevices, every_rank_sees_only_its_own_as_device_0) {
  EXPECT_THAT(assign({sees("a"), sees("b"), sees("c")}), ElementsAre("cuda:0", "cuda:0", "cuda:0"));
}

TEST(AssignDevices, one_device_seen_by_all_is_shared_though_each_calls_it_0) {
  const std::string message = message_of<InputError>([] { assign(ranks_that_see(2, "a")); });
  EXPECT_THAT(
      message,
      AllOf(HasSubstr("2 ranks of node7 (local ranks 0, 1) would share one CUDA device (H100, a)"),
            HasSubstr("--ranks-per-device allows 1"), HasSubstr("Start 1 ranks on a node"),
            HasSubstr("--ranks-per-device 2"), HasSubstr("--device cpu")));
}

TEST(AssignDevices, one_device_seen_under_two_ordinals_is_shared) {
  EXPECT_THROW(assign({sees("a"), sees("a"), sees("ba")}, Device::cuda), InputError);
  EXPECT_THAT(assign({sees("ab"), sees("ba")}), ElementsAre("cuda:0", "cuda:0"))
      << "two devices, both called 0";
}

TEST(AssignDevices, more_ranks_than_devices_are_spread_evenly_where_allowed) {
  EXPECT_THROW(assign(ranks_that_see(5, "ab"), Device::automatic, 2), InputError);
  EXPECT_THAT(assign(ranks_that_see(5, "ab"), Device::automatic, 3),
              ElementsAre("cuda:0", "cuda:1", "cuda:0", "cuda:1", "cuda:0"));
}

TEST(AssignDevices, more_devices_than_ranks_leave_the_last_ones_idle) {
  EXPECT_THAT(assign(ranks_that_see(2, "abcd"), Device::cuda), ElementsAre("cuda:0", "cuda:1"));
}

TEST(AssignDevices, ranks_bound_to_a_socket_take_the_devices_of_that_socket) {
  EXPECT_THAT(assign({sees("ab"), sees("cd"), sees("ab"), sees("cd")}),
              ElementsAre("cuda:0", "cuda:0", "cuda:1", "cuda:1"));
}

TEST(AssignDevices, who_sees_fewer_chooses_first) {
  EXPECT_THAT(assign({sees("ab"), sees("a")}), ElementsAre("cuda:1", "cuda:0"));
}

TEST(AssignDevices, without_uuids_ordinals_tell_devices_apart) {
  VisibleDevices nameless;
  nameless.devices.resize(2);
  EXPECT_THAT(assign({nameless, nameless}), ElementsAre("cuda:0", "cuda:1"));
  EXPECT_THAT(message_of<InputError>([&] {
                assign({nameless, nameless, nameless});
              }),
              HasSubstr("(ordinal 0)"));
}

TEST(AssignDevices, no_device_is_refused_or_the_cpu) {
  EXPECT_THAT(assign({sees(""), sees("")}), ElementsAre("cpu", "cpu"));
  EXPECT_THAT(assign(ranks_that_see(3, "a"), Device::cpu), ElementsAre("cpu", "cpu", "cpu"));
  EXPECT_THAT(message_of<InputError>([] {
                assign({sees("a"), sees("")}, Device::cuda);
              }),
              AllOf(HasSubstr("--device cuda, but local rank 1 of node7 sees no CUDA device"),
                    HasSubstr("(the reason)"), HasSubstr("--device cpu or auto")));
}

TEST(ExplainNoDevice, names_the_nearest_cause) {
  EXPECT_THAT(explain_no_device(false, false, nullptr), HasSubstr("CPU build"));
  EXPECT_THAT(explain_no_device(true, false, nullptr), HasSubstr("libcuda.so.1"));
  EXPECT_THAT(explain_no_device(true, true, ""), HasSubstr("CUDA_VISIBLE_DEVICES is ''"));
  EXPECT_THAT(explain_no_device(true, true, nullptr), HasSubstr("nvidia-smi"));
}

TEST(FindCudaDevices, says_why_there_is_none_or_names_one) {
  const VisibleDevices visible = find_cuda_devices();
  EXPECT_NE(visible.devices.empty(), visible.why_none.empty());
}

}  // namespace
}  // namespace csm
