#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace csm
