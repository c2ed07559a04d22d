#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/core/random.h"
#include "csm/model/device_error.h"
#include "csm/occlusion/engine.h"
#include "support/compute_device.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

constexpr int height = 9;
constexpr int width = 13;

std::vector<float> random_values(std::size_t n, std::uint64_t seed) {
  SplitMix64 random(seed);
  std::vector<float> values(n);
  for (float& value : values) value = static_cast<float>(random.uniform() - 0.5);
  return values;
}

/// The closed form of a linear model: the logit changes by the sum under the patch of weight *
/// (fill - x).
double occluded_logit(const std::vector<float>& weight, const std::vector<float>& x, double fill,
                      PatchRect patch) {
  double logit = 0;
  for (int c = 0; c < 3; ++c) {
    for (int row = 0; row < height; ++row) {
      for (int column = 0; column < width; ++column) {
        const auto i = static_cast<std::size_t>((c * height + row) * width + column);
        const bool is_occluded =
            row >= patch.y1 && row < patch.y2 && column >= patch.x1 && column < patch.x2;
        logit += static_cast<double>(weight[i]) * (is_occluded ? fill : static_cast<double>(x[i]));
      }
    }
  }
  return logit;
}

class FullEngineTest : public testing::Test {
 protected:
  FullEngineTest()
      : weight_(random_values(3 * height * width, 1)),
        values_(random_values(3 * height * width, 2)) {
    test::write_linear_classifier(folder_.path() / "m.pt", height, width, weight_);
    network_ = std::make_unique<Network>(folder_.path() / "m.pt", ModelRole::classifier,
                                         test::test_device());
    image_ = at::tensor(values_).reshape({1, 3, height, width});
  }

  test::TemporaryFolder folder_;
  std::vector<float> weight_;
  std::vector<float> values_;
  std::unique_ptr<Network> network_;
  at::Tensor image_;
  const std::vector<PatchRect> patches_ = {
      {0, 0, 4, 4}, {9, 5, 13, 9}, {3, 2, 7, 6}, {12, 0, 13, 4}, {0, 0, 13, 9}};
};

TEST_F(FullEngineTest, gives_the_closed_form_of_a_linear_model_at_every_batch_size) {
  for (const int batch_size : {1, 2, 3, 5, 16}) {
    const auto engine = make_full_engine(*network_, batch_size);
    const OcclusionScores scores =
        engine->run(image_, at::full({1, 3, height, width}, 0.25F), patches_);
    ASSERT_EQ(scores.covered.height(), 5);
    EXPECT_NEAR(scores.clean[0], occluded_logit(weight_, values_, 0, {}), 1e-4);
    for (int i = 0; i < 5; ++i) {
      EXPECT_NEAR(scores.covered(i, 0),
                  occluded_logit(weight_, values_, 0.25, patches_[static_cast<std::size_t>(i)]),
                  1e-4)
          << "patch " << i << ", batch size " << batch_size;
    }
  }
}

// As LibTorch's message for a GPU; a batch of two is what a network is tried with when it is
// loaded.
TEST_F(FullEngineTest, halves_the_batch_where_memory_runs_out) {
  const std::string forward = R"(
def forward(self, x):
    assert x.size(0) <= 2, "CUDA out of memory. Tried to allocate 2.00 GiB"
    score = (x * self.weight).flatten(1).sum(1, keepdim=True)
    return torch.cat([score, torch.zeros_like(score)], 1)
)";
  test::write_model(folder_.path() / "large.pt", forward, test::classifier_contract(height, width),
                    weight_, {3, height, width});
  const Network large(folder_.path() / "large.pt", ModelRole::classifier, test::test_device());
  const auto engine = make_full_engine(large, 16);
  const at::Tensor fill = at::full({1, 3, height, width}, 0.25F);
  std::vector<std::string> warnings;
  const WarningScope listening([&](const std::string& text) { warnings.push_back(text); });
  const OcclusionScores scores = engine->run(image_, fill, patches_);
  EXPECT_EQ(engine->batch_size(), 2);
  EXPECT_EQ(warnings.size(), 3U);
  const OcclusionScores expected = make_full_engine(*network_, 2)->run(image_, fill, patches_);
  EXPECT_EQ(scores.covered.values(), expected.covered.values());
}

TEST_F(FullEngineTest, says_what_to_do_when_memory_does_not_hold_one_image) {
  // The trial forward when it is loaded finds the memory that is gone later.
  const std::string forward = R"(
def forward(self, x):
    assert float(x.max()) < 1000.0, "CUDA out of memory. Tried to allocate 2.00 GiB"
    score = (x * self.weight).flatten(1).sum(1, keepdim=True)
    return torch.cat([score, torch.zeros_like(score)], 1)
)";
  test::write_model(folder_.path() / "full.pt", forward, test::classifier_contract(height, width),
                    weight_, {3, height, width});
  const Network network(folder_.path() / "full.pt", ModelRole::classifier, test::test_device());
  const auto engine = make_full_engine(network, 4);
  const auto run = [&] { engine->run(image_ + 5000, image_, patches_); };
  EXPECT_THAT(test::message_of<OutOfMemory>(run), testing::HasSubstr("--memory-limit"));
  EXPECT_EQ(engine->batch_size(), 1);
}

TEST_F(FullEngineTest, leaves_nothing_of_one_image_behind_for_the_next) {
  const auto engine = make_full_engine(*network_, 3);
  const at::Tensor fill = at::zeros({1, 3, height, width});
  const OcclusionScores first = engine->run(image_, fill, patches_);
  engine->run(image_ * 3 + 1, fill, patches_);
  const OcclusionScores again = engine->run(image_, fill, patches_);
  EXPECT_EQ(first.covered, again.covered);
  EXPECT_EQ(first.clean, again.clean);
}

TEST_F(FullEngineTest, gives_only_the_clean_scores_without_patches) {
  const OcclusionScores scores =
      make_full_engine(*network_, 2)->run(image_, at::zeros({1, 3, height, width}), {});
  EXPECT_EQ(scores.covered.height(), 0);
  EXPECT_EQ(scores.clean.size(), 2U);
}

TEST(FullEngine, refuses_scores_that_are_not_finite_as_a_fault_of_the_image) {
  const test::TemporaryFolder folder;
  test::write_model(folder.path() / "m.pt",
                    "def forward(self, x):\n    return torch.log(x.flatten(1)[:, :2] + 1.0)\n",
                    test::classifier_contract(height, width));
  const Network network(folder.path() / "m.pt", ModelRole::classifier, test::test_device());
  const auto engine = make_full_engine(network, 2);
  EXPECT_THROW(
      engine->run(at::full({1, 3, height, width}, -2.0F), at::zeros({1, 3, height, width}), {}),
      ImageError);
}

}  // namespace
}  // namespace csm
