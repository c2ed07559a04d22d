#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/model/network.h"
#include "support/compute_device.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

using test::TemporaryFolder;

std::string refusal(const std::filesystem::path& path, ModelRole role = ModelRole::classifier) {
  try {
    const Network network(path, role, test::test_device());
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Network, runs_what_the_file_holds) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "linear.pt";
  test::write_linear_classifier(path, 2, 3, std::vector<float>(18, 0.5F));
  const Network network(path, ModelRole::classifier, test::test_device());
  const auto outputs = network.forward(test::on_test_device(at::ones({4, 3, 2, 3})));
  ASSERT_EQ(outputs.size(), 1U);
  EXPECT_FLOAT_EQ(outputs[0][3][0].item<float>(), 9.0F);
  EXPECT_FLOAT_EQ(outputs[0][3][1].item<float>(), 0.0F);
  EXPECT_EQ(network.sha256(), sha256_of_file(path));
  EXPECT_EQ(network.contract().classes, (std::vector<std::string>{"a", "b"}));
}

TEST(Network, refuses_a_missing_file) {
  EXPECT_THAT(refusal("/nowhere/m.pt"), testing::HasSubstr("does not exist"));
}

TEST(Network, refuses_a_file_that_is_no_torchscript) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() / "m.pt") << "not a model";
  EXPECT_THAT(refusal(folder.path() / "m.pt"), testing::HasSubstr("is not a TorchScript file"));
}

TEST(Network, refuses_a_file_without_a_contract) {
  const TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt", "def forward(self, x):\n    return x\n", "");
  EXPECT_THAT(refusal(folder.path() / "m.pt"), testing::HasSubstr("holds no contract.json"));
}

TEST(Network, refuses_another_role) {
  const TemporaryFolder folder;
  test::write_linear_classifier(folder.path() / "m.pt", 2, 3, std::vector<float>(18, 0.5F));
  EXPECT_THAT(refusal(folder.path() / "m.pt", ModelRole::embedding),
              testing::HasSubstr("must be embedding"));
}

TEST(Network, refuses_outputs_of_another_shape) {
  const TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt", "def forward(self, x):\n    return x.flatten(1)\n",
                    test::classifier_contract(2, 3));
  EXPECT_THAT(refusal(folder.path() / "m.pt"),
              testing::AllOf(testing::HasSubstr("(2 x 18)"), testing::HasSubstr("2 x 2")));
}

TEST(Network, refuses_a_network_that_yields_nan) {
  const TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt",
                    "def forward(self, x):\n    return torch.log(x.flatten(1)[:, :2] - 1000.0)\n",
                    test::classifier_contract(2, 3));
  EXPECT_THAT(refusal(folder.path() / "m.pt"), testing::HasSubstr("NaN"));
}

TEST(Network, refuses_decisions) {
  const TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt",
                    "def forward(self, x):\n    return x.flatten(1)[:, :2] > 9.0\n",
                    test::classifier_contract(2, 3));
  EXPECT_THAT(refusal(folder.path() / "m.pt"), testing::HasSubstr("before argmax"));
}

TEST(Network, refuses_a_network_that_mixes_the_images_of_a_batch) {
  const TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt",
                    "def forward(self, x):\n    return x.flatten(1)[:, :2] - float(x.size(0))\n",
                    test::classifier_contract(2, 3));
  EXPECT_THAT(refusal(folder.path() / "m.pt"), testing::HasSubstr("batch is mixed"));
}

TEST(Network, refuses_a_network_that_fails_on_the_promised_size) {
  const TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt",
                    "def forward(self, x):\n    return x.reshape(-1, 7)[:, :2]\n",
                    test::classifier_contract(2, 4));
  EXPECT_THAT(refusal(folder.path() / "m.pt"), testing::HasSubstr("fails on a 2 x 4 px input"));
}

}  // namespace
}  // namespace csm
