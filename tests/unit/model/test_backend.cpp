#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <memory>

#include "csm/core/error.h"
#include "csm/model/layer_program.h"
#include "csm/model/network.h"
#include "support/black_box.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

using test::BlackBox;
using ::testing::HasSubstr;

Network make_black_box(float weight = 0.5F) {
  return {std::make_unique<BlackBox>(2, 3, std::vector<float>(18, weight)), ModelRole::classifier};
}

TEST(ModelBackend, of_a_torchscript_file_has_layers_and_gradients) {
  const test::TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt",
                    "def forward(self, x):\n    return torch.relu(x).flatten(1)[:, :2]\n",
                    test::classifier_contract(2, 3));
  const Network network(folder.path() / "m.pt", ModelRole::classifier, ComputeDevice{});
  EXPECT_EQ(network.backend().kind(), "torchscript");
  EXPECT_TRUE(network.capabilities().has_layers);
  EXPECT_TRUE(network.capabilities().has_gradients);
  EXPECT_TRUE(read_layers(network).program.has_value());
}

TEST(ModelBackend, of_a_torchscript_file_takes_the_contract_beside_it) {
  const test::TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt",
                    "def forward(self, x):\n    return x.flatten(1)[:, :2]\n", "");
  folder.write("m.contract.json", test::classifier_contract(2, 3));
  const Network network(folder.path() / "m.pt", ModelRole::classifier, ComputeDevice{});
  EXPECT_EQ(network.contract().input.width, 3);
}

TEST(ModelBackend, may_answer_and_no_more) {
  const Network network = make_black_box();
  EXPECT_FLOAT_EQ(network.forward(at::ones({4, 3, 2, 3}))[0][3][0].item<float>(), 9.0F);
  const LayerReading reading = read_layers(network);
  EXPECT_FALSE(reading.program.has_value());
  EXPECT_THAT(reading.reason, HasSubstr("black box"));
  EXPECT_THAT(test::message_of<InputError>([&] {
                network.forward_recorded(at::ones({1, 3, 2, 3}));
              }),
              HasSubstr("gives no gradients"));
}

TEST(ModelBackend, of_any_kind_is_tried_before_the_run) {
  const std::string message =
      test::message_of<InputError>([] { make_black_box(std::numeric_limits<float>::infinity()); });
  EXPECT_THAT(message, HasSubstr("NaN or infinity"));
}

TEST(ModelBackend, of_any_kind_must_have_the_role_that_is_asked_for) {
  EXPECT_THAT(test::message_of<InputError>([] {
                const Network network(std::make_unique<BlackBox>(2, 3, std::vector<float>(18)),
                                      ModelRole::embedding);
              }),
              HasSubstr("must be embedding"));
}

}  // namespace
}  // namespace csm
