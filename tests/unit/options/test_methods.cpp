#include <gmock/gmock.h>

#include <sstream>

#include "csm/core/error.h"
#include "home_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class MethodsOfTheOptions : public HomeFolder {};

TEST_F(MethodsOfTheOptions, are_those_of_the_callers_list) {
  const std::vector<MethodFacts> two = {{.name = "csm", .kind = MethodKind::own},
                                        {.name = "tickling"}};
  const auto method_of = [&](const std::string& name) {
    return parse_command_line(std::vector<std::string>{"--task", "gender", "--method", name}, two)
        .options.explain.method;
  };
  EXPECT_EQ(method_of("tickling"), "tickling");
  EXPECT_THROW(method_of("rise"), InputError);
  EXPECT_THAT(error_of({"--task", "gender", "--method", "tickling"}),
              HasSubstr("Valid: csm, gradient, smoothgrad, grad_cam, score_cam, sliding_occlusion, "
                        "rise, xssab, random."));
}

TEST_F(MethodsOfTheOptions, stand_in_the_advice_by_what_they_need) {
  EXPECT_THAT(error_of({"--task", "gender", "--method", "rise", "--cam-layer", "x"}),
              HasSubstr("Remove it, or use --method grad_cam or score_cam."));
  EXPECT_THAT(error_of({"--task", "gender", "--method", "rise", "--engine", "incremental"}),
              HasSubstr("it computes occluded copies, for --method csm and sliding_occlusion"));
}

TEST_F(MethodsOfTheOptions, that_compare_embeddings_are_refused_where_nothing_is_compared) {
  EXPECT_THAT(error_of({"--task", "gender", "--method", "xssab"}),
              AllOf(HasSubstr("--method is 'xssab' with --confidence log_odds"),
                    HasSubstr("no image is compared with another"),
                    HasSubstr("Use --confidence verification with --pairs, or cosine, or the "
                              "method csm, gradient")));
  EXPECT_THAT(error_of({"--task", "gender", "--evaluate", "rise,xssab"}),
              HasSubstr("--evaluate names 'xssab' with --confidence log_odds"));
  EXPECT_EQ(parse({"--task", "gender", "--method", "xssab", "--confidence", "cosine"})
                .options.explain.method,
            "xssab");
}

TEST_F(MethodsOfTheOptions, stand_in_the_help_by_their_kind) {
  std::string text;
  std::istringstream lines(full_help_text(some_methods()));
  for (std::string word; lines >> word;) text += word + " ";  // without line breaks
  EXPECT_THAT(
      text,
      AllOf(HasSubstr("layer of grad_cam and score_cam, auto"),
            HasSubstr("gradient, smoothgrad, grad_cam, score_cam, sliding_occlusion, rise, xssab; "
                      "controls"),
            HasSubstr("nothing of the network: random (default: csm)")));
}

TEST(OccludesImages, is_true_for_the_runs_own_map_or_one_that_is_evaluated_beside_it) {
  Options options;
  EXPECT_TRUE(occludes_images(options, some_methods()));
  options.explain.method = "rise";
  EXPECT_FALSE(occludes_images(options, some_methods()));
  options.study.evaluate = {"gradient", "sliding_occlusion"};
  EXPECT_TRUE(occludes_images(options, some_methods()));
}

}  // namespace
}  // namespace csm::test
