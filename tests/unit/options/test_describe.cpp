#include <gmock/gmock.h>

#include "csm/core/text.h"
#include "home_folder.h"

namespace csm::test {
namespace {

class DescribeTest : public HomeFolder {
 protected:
  /// The options that a job file made of the description gives, read from another folder.
  Options read_back(const Options& options) const {
    std::string text;
    for (const RecordedOption& option : describe_options(options))
      text += option.name + " = " + option.value + "\n";
    std::filesystem::create_directories(home_ / "elsewhere/deep");
    return parse({"--job", write("elsewhere/deep/printed.cfg", text).string()}).options;
  }
};

TEST_F(DescribeTest, defaults_read_back_as_the_same_options) {
  const Options options = parse({"--task", "gender"}).options;
  EXPECT_EQ(describe_options(read_back(options)), describe_options(options));
  EXPECT_EQ(read_back(options).run.task, "gender");
  EXPECT_EQ(read_back(options).output.output, options.output.output);
  EXPECT_EQ(read_back(options).dataset.label, "");
}

TEST_F(DescribeTest, a_model_that_runs_elsewhere_reads_back) {
  const std::string place = R"(process:python3 'a "b".py' # not a comment)";
  const Options options =
      parse({"--task", "gender", "--model", place, "--answers", "none"}).options;
  EXPECT_EQ(read_back(options).model.model, place);
  EXPECT_FALSE(read_back(options).model.keep_answers);
}

TEST_F(DescribeTest, every_changed_option_reads_back) {
  const Options options =
      parse(split("--task|gender|--dataset|data # 1|--dataset-format|manifest|--manifest|m.csv|"
                  "--label| \"a\\\" |--limit|12|--seed|77|--gallery|g|--model|net.pt|"
                  "--confidence|cosine|--target|label|--device|cpu|--ranks-per-device|2|"
                  "--threads-per-rank|3|--contract|c.json|--model-timeout|9|--requests-in-flight|7|"
                  "--answers|kept|--max-requests|1000|--requests-per-second|2.5|"
                  "--price-per-1000|1.25|--mesh|files|--mesh-dir|meshes|--canonical|f.npy|"
                  "--canonical-image|f.png|--detector-model|det.pt|--mesh-model|mesh.pt|"
                  "--canonical-size|512|--vertex-stride|7|--mesh-check|off|--face|central|"
                  "--visibility|front-facing|--patch-size|13|--fill|ff8000|--engine|full|"
                  "--adaptive-share|0.5|--precision-tolerance|0.25|--quality|draft|"
                  "--vertices-per-image|all|--batch-size|64|--memory-limit|512|--method|score_cam|"
                  "--cam-layer|x.1|--noise-samples|9|--noise-level|0.25|--integration-steps|8|"
                  "--masks|99|--mask-grid|5|--corr-rise-masks|98|--window-step|3|--half|second|--"
                  "half-by|person|"
                  "--label-numbers|indices|--evaluate|grad_cam,random|"
                  "--evaluate-cms|one map.h5,men_1=b.h5|--evaluate-other-class|"
                  "--evaluate-sign|both|--curve-steps|7|--imputation|neighbours|--density-"
                  "normalisation|off|--mirror|image|"
                  "--group-by|Smiling|--permutations|99|--exchange-by|person|--permute-within|age|"
                  "--where|age=20..29|--output|r.h5|--overwrite|--save-cis|--"
                  "report|none|--log-"
                  "json|-|--quiet|"
                  "--max-failures|0.123456789|--schedule|static|--restart|require|--prefetch|3|"
                  "--checkpoint-interval|17|--stop-at-standard-error|0.00125|"
                  "--stop-at-agreement|0.9|--time-limit|3600",
                  '|'))
          .options;
  const Options again = read_back(options);
  EXPECT_EQ(describe_options(again), describe_options(options));
  EXPECT_EQ(again.dataset.dataset, options.dataset.dataset);
  EXPECT_EQ(again.dataset.label, " \"a\\\" ");
  EXPECT_EQ(again.run.max_failures, 0.123456789);
  EXPECT_EQ(again.occlusion.engine, options.occlusion.engine);
  EXPECT_EQ(again.occlusion.fill.colour, options.occlusion.fill.colour);
  // Each of the values above differs from its default, so that an option left out of the
  // description would show.
  const auto defaults = describe_options(Options{});
  const auto changed = describe_options(options);
  ASSERT_EQ(defaults.size(), changed.size());
  for (std::size_t i = 0; i < changed.size(); ++i) {
    // A sample of the vertices needs density normalisation; `all` beside a preset has to read back
    // as `all`. A lower precision has an engine of its own, and pairs exchange no persons, see
    // below.
    if (changed[i].name != "pairs" && changed[i].name != "vertices-per-image" &&
        changed[i].name != "precision" && changed[i].name != "pair-by") {
      EXPECT_NE(changed[i].value, defaults[i].value) << changed[i].name;
    }
  }
}

TEST_F(DescribeTest, a_changed_precision_reads_back) {
  const Options options = parse({"--task", "gender", "--precision", "bfloat16"}).options;
  EXPECT_EQ(options.occlusion.precision, Precision::bfloat16);
  EXPECT_EQ(read_back(options).occlusion.precision, Precision::bfloat16);
  EXPECT_EQ(Options{}.occlusion.precision, Precision::float32);
}

TEST_F(DescribeTest, a_changed_pairing_reads_back) {
  const Options options = parse({"--task", "gender", "--pair-by", "smile"}).options;
  EXPECT_EQ(read_back(options).inference.pair_by, "smile");
}

TEST_F(DescribeTest, unset_options_have_a_value) {
  const std::vector<RecordedOption> described = describe_options(Options{});
  EXPECT_THAT(described,
              testing::IsSupersetOf({RecordedOption{"limit", "all", OptionScope::identity},
                                     RecordedOption{"batch-size", "auto", OptionScope::identity},
                                     RecordedOption{"manifest", "none", OptionScope::identity},
                                     RecordedOption{"output", "auto", OptionScope::process}}));
  for (const RecordedOption& option : described) EXPECT_FALSE(option.value.empty()) << option.name;
}

/// The names of the options with a scope.
std::vector<std::string> names_with(OptionScope scope) {
  std::vector<std::string> names;
  for (const RecordedOption& option : describe_options(Options{})) {
    if (option.scope == scope) names.push_back(option.name);
  }
  return names;
}

TEST_F(DescribeTest, a_restart_may_change_only_what_leaves_the_result_alone) {
  EXPECT_THAT(names_with(OptionScope::process),
              testing::ElementsAre("schedule", "restart", "checkpoint-interval", "prefetch",
                                   "time-limit", "ranks-per-device", "model-timeout", "answers",
                                   "max-requests", "requests-per-second", "price-per-1000",
                                   "output", "overwrite", "report", "log-json", "quiet"));
  EXPECT_THAT(names_with(OptionScope::result),
              // The last two belong to the tests, which are made of all maps at the end.
              testing::ElementsAre("max-failures", "device", "threads-per-rank",
                                   "requests-in-flight", "exchange-by", "permute-within"));
}

}  // namespace
}  // namespace csm::test
