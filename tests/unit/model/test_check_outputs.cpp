#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/check_outputs.h"
#include "support/compute_device.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

constexpr int height = 4;
constexpr int width = 6;

/// Six images of noise that differ.
std::vector<RgbImage> pictures() {
  std::vector<RgbImage> result;
  for (int i = 0; i < 12; ++i) {
    RgbImage picture(height, width);
    for (std::size_t k = 0; k < picture.values.size(); ++k)
      picture.values[k] =
          static_cast<std::uint8_t>((k * k * 7 + static_cast<std::size_t>(i) * 41 * (k + 3)) % 256);
    result.push_back(std::move(picture));
  }
  return result;
}

class CheckOutputsTest : public testing::Test {
 protected:
  /// A classifier a|b whose two raw scores `s` lie around 0 and end in this expression.
  Network network(const std::string& returned, const std::string& kind, int size) {
    nlohmann::json contract = nlohmann::json::parse(test::classifier_contract(height, width));
    contract["outputs"] = {{{"name", "x"}, {"kind", kind}, {"size", size}}};
    std::vector<float> weight(2 * 3);
    for (std::size_t i = 0; i < weight.size(); ++i) weight[i] = i % 2 == 0 ? 0.05F : -0.04F;
    test::write_model(folder_.path() / "m.pt",
                      "def forward(self, x):\n    s = torch.linear(x.mean([2, 3]) - x[:, :, 0, 0], "
                      "self.weight)\n    return " +
                          returned + "\n",
                      contract.dump(), weight, {2, 3});
    return {folder_.path() / "m.pt", ModelRole::classifier, test::test_device()};
  }

  std::string refusal(const std::string& returned, const std::string& kind, int size) {
    try {
      check_outputs(network(returned, kind, size), pictures());
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  }

  test::TemporaryFolder folder_;
};

TEST_F(CheckOutputsTest, accepts_what_the_contract_says) {
  EXPECT_EQ(refusal("s", "logit", 2), "");
  EXPECT_EQ(refusal("torch.log_softmax(s, 1)", "logit", 2), "");
  EXPECT_EQ(refusal("torch.softmax(s, 1)", "probability", 2), "");
  EXPECT_EQ(refusal("torch.sigmoid(s)", "sigmoids", 2), "");
  EXPECT_EQ(refusal("torch.sigmoid(s[:, 0])", "probability", 1), "");
  EXPECT_EQ(refusal("s[:, 1] - s[:, 0]", "binary_logit", 1), "");
}

TEST_F(CheckOutputsTest, refuses_another_kind_with_the_right_one) {
  EXPECT_THAT(refusal("torch.softmax(s, 1)", "logit", 2),
              testing::HasSubstr("--outputs x:probability"));
  EXPECT_THAT(refusal("torch.sigmoid(s[:, 0])", "binary_logit", 1),
              testing::HasSubstr("--outputs x:probability"));
  EXPECT_THAT(refusal("1.0 / (1.0 + torch.exp(-s[:, 1:]))", "binary_logit", 1),
              testing::HasSubstr("first 12 images"));
  EXPECT_THAT(
      refusal("torch.sigmoid(s).squeeze(0) if s.size(0) == 9 else torch.sigmoid(s)", "logit", 2),
      testing::HasSubstr("--outputs x:sigmoids"));
  EXPECT_THAT(refusal("s", "probability", 2), testing::HasSubstr("--outputs x:logit"));
}

TEST_F(CheckOutputsTest, needs_no_picture_where_a_linear_layer_gives_scores) {
  EXPECT_FALSE(needs_images(network("s", "logit", 2)));
  EXPECT_FALSE(needs_images(network("(s[:, 1:] - s[:, :1]).flatten(1)", "binary_logit", 1)));
  EXPECT_TRUE(needs_images(network("s", "probability", 2)));
  EXPECT_TRUE(needs_images(network("torch.relu(s)", "logit", 2)));
  EXPECT_TRUE(needs_images(network("torch.softmax(s, 1)", "probability", 2)));
}

TEST_F(CheckOutputsTest, a_network_that_whitens_each_image_can_be_loaded) {
  EXPECT_EQ(refusal("torch.linear(((x - x.mean([1, 2, 3], True)) / x.std([1, 2, 3], True, "
                    "True))[:, :, 0, 0], self.weight)",
                    "logit", 2),
            "");
}

}  // namespace
}  // namespace csm
