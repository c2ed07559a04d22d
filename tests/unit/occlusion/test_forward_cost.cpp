#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/occlusion/forward_cost.h"
#include "csm/occlusion/occlusion_options.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

TEST(MeasureForwardCost, counts_the_multiply_adds_of_convolution_and_linear_layers) {
  const test::TemporaryFolder folder;
  // Input 3 x 10 x 14, 2 filters of 3 x 3 without padding: 8 x 12 outputs x 2 x 27, then 192 x 2
  // for the head.
  test::write_model(folder.path() / "m.pt", R"(
def forward(self, x):
    y = torch.conv2d(x, self.weight)
    z = y.flatten(1)
    return torch.mm(z, torch.ones([192, 2]))
)",
                    test::classifier_contract(10, 14), std::vector<float>(54, 0.1F), {2, 3, 3, 3});
  const Network network(folder.path() / "m.pt", ModelRole::classifier, ComputeDevice{});
  const ForwardCost cost = measure_forward_cost(network);
  EXPECT_EQ(cost.multiply_adds_per_image, 8 * 12 * 2 * 27 + 192 * 2);
  EXPECT_GE(cost.bytes_per_image, 8 * 12 * 2 * 4);
  EXPECT_LE(cost.bytes_per_image, 20 * 8 * 12 * 2 * 4);
}

TEST(MeasureForwardCost, counts_the_convolutions_of_a_traced_network) {
  const test::TemporaryFolder folder;
  // The sum keeps x on the interpreter's stack below the arguments of the convolution.
  test::write_model(folder.path() / "m.pt", R"(
def forward(self, x):
    y = x + torch._convolution(x, self.weight, None, [1, 1], [1, 1], [1, 1], False, [0, 0], 1, False, False, True, True)
    return y.mean([2, 3])[:, :2]
)",
                    test::classifier_contract(10, 14), std::vector<float>(81, 0.1F), {3, 3, 3, 3});
  const Network network(folder.path() / "m.pt", ModelRole::classifier, ComputeDevice{});
  EXPECT_EQ(measure_forward_cost(network).multiply_adds_per_image, 10 * 14 * 3 * 27);
}

TEST(ChooseBatchSize, is_the_largest_power_of_two_that_fits) {
  OcclusionOptions options;
  options.memory_limit = 100;
  EXPECT_EQ(choose_batch_size(options, {.bytes_per_image = 10e6}, {}), 8);
  EXPECT_EQ(choose_batch_size(options, {.bytes_per_image = 1e6}, {}), 32);
  EXPECT_EQ(choose_batch_size(options, {.bytes_per_image = 0.1e6}, {.is_cuda = true}), 256);
  EXPECT_THROW(choose_batch_size(options, {.bytes_per_image = 101e6}, {}), InputError);
}

TEST(ChooseBatchSize, obeys_the_option) {
  OcclusionOptions options;
  options.batch_size = 7;
  EXPECT_EQ(choose_batch_size(options, {.bytes_per_image = 10e6}, {}), 7);
}

}  // namespace
}  // namespace csm
