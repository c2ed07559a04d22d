#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "csm/model/layer_program.h"
#include "csm/model/network.h"
#include "support/compute_device.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

constexpr int height = 10;
constexpr int width = 12;

/// Reads a network with this body; `self.weight` has shape (6 x 3 x 3 x 3). The result has two
/// logits.
class ReadLayersTest : public testing::Test {
 protected:
  LayerReading read(const std::string& body) {
    std::vector<float> weight(6 * 27);
    for (std::size_t i = 0; i < weight.size(); ++i)
      weight[i] = static_cast<float>((i * 37) % 19) / 19.0F - 0.5F;
    test::write_model(folder_.path() / "m.pt", "def forward(self, x):\n" + body,
                      test::classifier_contract(height, width), weight, {6, 3, 3, 3});
    network_ = std::make_unique<Network>(folder_.path() / "m.pt", ModelRole::classifier,
                                         test::test_device());
    return read_layers(*network_);
  }

  /// The program gives what the network gives.
  void expect_same(const LayerProgram& program) {
    const c10::InferenceMode inference;
    const at::Tensor values = at::sin(at::arange(2 * 3 * height * width, at::kFloat));
    const at::Tensor input = test::on_test_device(values.reshape({2, 3, height, width}));
    const at::Tensor expected = network_->forward(input)[0];
    const at::Tensor found = network_outputs(program, run_layers(program, input))[0];
    EXPECT_TRUE(at::allclose(found, expected, 1e-5, 1e-6));
  }

  /// The whole body is understood; returns the kinds of its layers.
  std::vector<std::string> kinds(const std::string& body) {
    const LayerReading reading = read(body);
    EXPECT_TRUE(reading.program.has_value()) << reading.reason;
    if (!reading.program) return {};
    EXPECT_FALSE(reading.program->tail.has_value()) << reading.program->tail->reason;
    expect_same(*reading.program);
    std::vector<std::string> names;
    for (const Layer& layer : reading.program->layers)
      names.push_back(layer::name_of(layer.operation));
    return names;
  }

  void expect_kinds(const std::string& body, const std::vector<std::string>& expected) {
    EXPECT_EQ(kinds(body), expected) << body;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Network> network_;
};

const std::string head = "    return x.mean([2, 3])[:, 0:2]\n";

TEST_F(ReadLayersTest, understands_convolutions_and_functions) {
  for (const std::string function :
       {"torch.relu(x)", "torch.hardtanh(x, -0.5, 0.5)", "torch.clamp(x, -0.1, 0.2)",
        "torch.clamp_min(x, 0.1)", "torch.sigmoid(x)", "torch.tanh(x)"}) {
    expect_kinds("    x = torch.conv2d(x, self.weight, None, [2, 1], [1, 0])\n    x = " + function +
                     "\n" + head,
                 {"input", "convolution", "pointwise", "global average", "select channels"});
  }
}

TEST_F(ReadLayersTest, understands_pools_and_margins) {
  expect_kinds("    x = torch.max_pool2d(x, [2, 3], [2, 2], [0, 1])\n" + head,
               {"input", "max pool", "global average", "select channels"});
  expect_kinds("    x = torch.avg_pool2d(x, [3, 3], [2, 2], [1, 1], True, False)\n" + head,
               {"input", "average pool", "global average", "select channels"});
  expect_kinds("    x = torch.adaptive_avg_pool2d(x, [5, 4])\n" + head,
               {"input", "average pool", "global average", "select channels"});
  expect_kinds("    x = torch.constant_pad_nd(x, [0, 1, 2, 0, 0, 4], 0.5)\n" + head,
               {"input", "pad", "global average", "select channels"});
}

TEST_F(ReadLayersTest, understands_sums_products_constants_and_concatenations) {
  expect_kinds(
      "    y = torch.relu(x)\n    x = torch.cat([x + y, x * y, torch.maximum(x, y), x - y], 1)\n" +
          head,
      {"input", "pointwise", "binary", "binary", "binary", "binary", "concatenate",
       "global average", "select channels"});
  expect_kinds("    x = (1.0 - x * 2.0) / 3.0 + 0.5\n" + head,
               {"input", "scale and shift", "scale and shift", "scale and shift", "scale and shift",
                "scale and shift", "global average", "select channels"});
  expect_kinds(
      "    gate = torch.sigmoid(torch.adaptive_avg_pool2d(x, [1, 1]))\n    x = x * gate\n" + head,
      {"input", "global average", "pointwise", "binary", "global average", "select channels"});
}

TEST_F(ReadLayersTest, understands_slices_splits_and_shuffles) {
  expect_kinds(
      "    x = torch.conv2d(x, self.weight)\n    a, b = torch.split(x, 3, 1)\n    x = "
      "torch.maximum(a, b)\n" +
          head,
      {"input", "convolution", "select channels", "select channels", "binary", "global average",
       "select channels"});
  expect_kinds("    x = torch.channel_shuffle(torch.conv2d(x, self.weight), 3)\n" + head,
               {"input", "convolution", "select channels", "global average", "select channels"});
  expect_kinds(
      "    x = torch.conv2d(x, self.weight)\n"
      "    x = x.reshape([x.size(0), 2, 3, 8, 10]).transpose(1, 2).reshape([x.size(0), 6, 8, "
      "10])\n" +
          head,
      {"input", "convolution", "select channels", "global average", "select channels"});
}

TEST_F(ReadLayersTest, understands_heads) {
  expect_kinds("    return torch.softmax(x.flatten(1)[:, 3:5], 1)\n",
               {"input", "flatten", "select channels", "softmax"});
  expect_kinds("    return torch.log_softmax(x.view([x.size(0), -1])[:, 3:5], -1)\n",
               {"input", "flatten", "select channels", "softmax"});
  expect_kinds(
      "    w = self.weight.flatten(1)[0:2]\n    return torch.linear(x.mean([2, 3]), w[:, 0:3])\n",
      {"input", "global average", "linear"});
}

TEST_F(ReadLayersTest, follows_values_that_are_overwritten_in_place) {
  expect_kinds(
      "    y = torch.conv2d(x, self.weight)\n    z = torch.relu_(y)\n    x = y + z\n" + head,
      {"input", "convolution", "pointwise", "binary", "global average", "select channels"});
}

TEST_F(ReadLayersTest, runs_what_it_does_not_know_as_a_tail) {
  const LayerReading reading =
      read("    x = torch.relu(torch.conv2d(x, self.weight))\n    x = torch.cumsum(x, 2)\n" + head);
  ASSERT_TRUE(reading.program.has_value());
  ASSERT_TRUE(reading.program->tail.has_value());
  EXPECT_EQ(reading.program->tail->reason, "cumsum");
  EXPECT_EQ(reading.program->layers.size(), 3);
  expect_same(*reading.program);
}

TEST_F(ReadLayersTest, refuses_what_it_cannot_cut) {
  const LayerReading looping = read(
      "    x = torch.conv2d(x, self.weight)\n    if float(x.mean()) > 1e9:\n        x = x + "
      "torch.cumsum(x, 2)\n" +
      head);
  EXPECT_FALSE(looping.program.has_value());
  EXPECT_NE(looping.reason.find("branches or loops"), std::string::npos) << looping.reason;
  const LayerReading first = read("    return torch.cumsum(x, 2).mean([2, 3])[:, 0:2]\n");
  EXPECT_FALSE(first.program.has_value());
  EXPECT_NE(first.reason.find("cumsum"), std::string::npos) << first.reason;
}

TEST_F(ReadLayersTest, counts_multiply_adds_by_hand) {
  const LayerReading reading =
      read("    x = torch.conv2d(x, self.weight, None, [1, 1], [1, 1])\n" + head);
  ASSERT_TRUE(reading.program.has_value());
  EXPECT_EQ(multiply_adds(*reading.program, LayerId(1)), 6.0 * 27 * height * width);
}

}  // namespace
}  // namespace csm
