#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "csm/core/error.h"
#include "csm/explain/explain_options.h"
#include "csm/explain/explainer.h"
#include "csm/occlusion/engine.h"
#include "csm/occlusion/occlusion_options.h"
#include "support/black_box.h"
#include "support/message_of.h"

namespace csm {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string refusal_of(const std::string& method) {
  const Network network(std::make_unique<test::BlackBox>(4, 6, std::vector<float>(72, 0.25F)),
                        ModelRole::classifier);
  const auto engine = make_full_engine(network, 2);
  ExplainOptions options;
  options.method = method;
  return test::message_of<InputError>(
      [&] { const Explainer explainer(network, *engine, options, OcclusionOptions{}, 2); });
}

TEST(BlackBoxMethods, that_need_gradients_are_refused_with_those_that_do_not) {
  EXPECT_THAT(refusal_of("gradient"),
              AllOf(HasSubstr("--method gradient cannot work on the model"),
                    HasSubstr("gives no gradients"),
                    HasSubstr("Use --method csm, sliding_occlusion, rise or corr_rise")));
}

TEST(BlackBoxMethods, that_need_a_layer_are_refused) {
  EXPECT_THAT(refusal_of("grad_cam"),
              AllOf(HasSubstr("its layers are not known"), HasSubstr("black box (test)")));
}

TEST(BlackBoxMethods, that_need_outputs_only_are_taken) { EXPECT_EQ(refusal_of("rise"), ""); }

}  // namespace
}  // namespace csm
