#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "csm/core/error.h"
#include "csm/occlusion/choose_engine.h"
#include "support/black_box.h"
#include "support/message_of.h"

namespace csm {
namespace {

using ::testing::HasSubstr;

class BlackBoxTest : public ::testing::Test {
 protected:
  Network network_{std::make_unique<test::BlackBox>(4, 6, std::vector<float>(72, 0.25F)),
                   ModelRole::classifier};
};

TEST_F(BlackBoxTest, costs_what_this_process_holds_for_it) {
  const ForwardCost cost = measure_forward_cost(network_);
  EXPECT_EQ(cost.bytes_per_image, 3 * 72 * 4.0) << "three copies of the input";
  EXPECT_EQ(cost.multiply_adds_per_image, 0) << "not known";
}

TEST_F(BlackBoxTest, runs_in_the_full_engine_which_says_why) {
  const EngineChoice choice =
      choose_engine(OcclusionOptions{}, network_, measure_forward_cost(network_));
  EXPECT_EQ(choice.engine, Engine::full);
  EXPECT_THAT(choice.reason, HasSubstr("black box"));

  const at::Tensor clean = at::ones({1, 3, 4, 6});
  const at::Tensor fill = at::zeros({1, 3, 4, 6});
  const std::vector<PatchRect> patches = {{.x1 = 0, .y1 = 0, .x2 = 2, .y2 = 1}};
  const OcclusionScores scores = make_engine(choice, network_)->run(clean, fill, patches);
  EXPECT_FLOAT_EQ(scores.clean[0], 18.0F);
  EXPECT_FLOAT_EQ(scores.covered(0, 0), 16.5F) << "two pixels of three channels are gone";
}

TEST_F(BlackBoxTest, refuses_the_incremental_engine_and_names_the_reason) {
  OcclusionOptions options;
  options.engine = Engine::incremental;
  const std::string message = test::message_of<InputError>(
      [&] { choose_engine(options, network_, measure_forward_cost(network_)); });
  EXPECT_THAT(message, HasSubstr("--engine incremental cannot run the model"));
  EXPECT_THAT(message, HasSubstr("black box"));
}

/// A black box that finds no face where the mean of an image is below 0.5.
class FaceSeeker : public test::BlackBox {
 public:
  using test::BlackBox::BlackBox;
  ModelCapabilities capabilities() const override { return {.may_lose_face = true}; }
  std::vector<at::Tensor> outputs(const at::Tensor& batch) const override {
    const at::Tensor scores = test::BlackBox::outputs(batch)[0];
    const at::Tensor is_lost = batch.flatten(1).mean(1, /*keepdim=*/true) < 0.5;
    return {at::where(is_lost, at::full_like(scores, std::nan("")), scores)};
  }
};

TEST(FaceSeekerTest, whose_face_is_lost_gives_a_row_of_nan) {
  const Network network(std::make_unique<FaceSeeker>(4, 6, std::vector<float>(72, 0.25F)),
                        ModelRole::classifier);
  const auto engine = make_full_engine(network, 2);
  const at::Tensor clean = at::full({1, 3, 4, 6}, 0.6F);
  const at::Tensor fill = at::zeros({1, 3, 4, 6});
  const std::vector<PatchRect> patches = {{.x1 = 0, .y1 = 0, .x2 = 1, .y2 = 1},
                                          {.x1 = 0, .y1 = 0, .x2 = 6, .y2 = 3}};
  const OcclusionScores scores = engine->run(clean, fill, patches);
  EXPECT_FALSE(is_face_lost(scores.clean));
  EXPECT_FALSE(is_face_lost(scores.covered.row(0)));
  EXPECT_TRUE(is_face_lost(scores.covered.row(1)));
  EXPECT_THAT(test::message_of<ImageError>([&] { engine->run(fill, fill, patches); }),
              HasSubstr("model finds no face"));
}

}  // namespace
}  // namespace csm
