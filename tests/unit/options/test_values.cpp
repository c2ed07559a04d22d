#include <gmock/gmock.h>

#include <algorithm>

#include "home_folder.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct BadValue {
  std::string name;
  std::string value;
  std::string advice;  ///< the part of the message with what is valid
};

class BadValueTest : public HomeFolder, public testing::WithParamInterface<BadValue> {};

TEST_P(BadValueTest, is_named_on_the_command_line) {
  const auto& [name, value, advice] = GetParam();
  EXPECT_THAT(error_of({"--task", "gender", "--" + name, value}),
              AllOf(HasSubstr("--" + name + " is '" + value + "' ("), HasSubstr(advice)));
}

TEST_P(BadValueTest, is_named_with_file_and_line_in_a_job_file) {
  const auto& [name, value, advice] = GetParam();
  const auto job = write("jobs/bad.cfg", "# one\n\n" + name + " = \"" + value + "\"\n");
  EXPECT_THAT(error_of({"--job", job.string()}),
              AllOf(HasSubstr("bad.cfg:3: " + name + " is '" + value + "' ("), HasSubstr(advice)));
}

INSTANTIATE_TEST_SUITE_P(
    whole_numbers, BadValueTest,
    testing::Values(
        BadValue{"patch-size", "0", "from 1 to 1024"},
        BadValue{"patch-size", "-3", "from 1 to 1024"},
        BadValue{"patch-size", "1025", "from 1 to 1024"},
        BadValue{"patch-size", "15px", "whole number"},
        BadValue{"patch-size", "15.0", "whole number"},
        BadValue{"patch-size", "+15", "whole number"},
        BadValue{"patch-size", " 15", "whole number"},
        BadValue{"patch-size", "nan", "whole number"},
        BadValue{"patch-size", "99999999999999999999", "whole number"},
        BadValue{"canonical-size", "31", "from 32 to 4096"},
        BadValue{"canonical-size", "4097", "from 32 to 4096"},
        BadValue{"vertex-stride", "0", "from 1"}, BadValue{"vertex-stride", "x", "whole number"},
        BadValue{"limit", "0", "of at least 1, or 'all'"}, BadValue{"limit", "-1", "of at least 1"},
        BadValue{"limit", "9223372036854775808", "of at least 1"},
        BadValue{"seed", "-1", "from 0 to"}, BadValue{"seed", "18446744073709551616", "from 0 to"},
        BadValue{"seed", "1e3", "whole number"}, BadValue{"memory-limit", "63", "from 64"},
        BadValue{"memory-limit", "2GB", "from 64"}, BadValue{"batch-size", "0", "or 'auto'"},
        BadValue{"batch-size", "Auto", "or 'auto'"}, BadValue{"threads-per-rank", "0", "or 'auto'"},
        BadValue{"threads-per-rank", "all", "or 'auto'"},
        BadValue{"vertices-per-image", "0", "or 'all'"},
        BadValue{"vertices-per-image", "auto", "or 'all'"}));

INSTANTIATE_TEST_SUITE_P(shares, BadValueTest,
                         testing::Values(BadValue{"max-failures", "-0.1", "from 0 to 1"},
                                         BadValue{"max-failures", "1.01", "from 0 to 1"},
                                         BadValue{"max-failures", "nan", "from 0 to 1"},
                                         BadValue{"max-failures", "inf", "from 0 to 1"},
                                         BadValue{"max-failures", "10%", "from 0 to 1"},
                                         BadValue{"max-failures", "1e999", "from 0 to 1"},
                                         BadValue{"max-failures", "0,1", "from 0 to 1"}));

INSTANTIATE_TEST_SUITE_P(
    options, BadValueTest,
    testing::Values(
        BadValue{"dataset-format", "celebA",
                 "Did you mean 'celeba'? Valid: auto, folder, manifest"},
        BadValue{"confidence", "prob",
                 "Valid: log_odds, probability, logit, cosine, verification, similarity"},
        BadValue{"quality", "fast", "Valid: draft, standard, full"},
        BadValue{"quality", "drafts", "Did you mean 'draft'?"},
        BadValue{"precision", "float16", "Valid: float32, bfloat16"},
        BadValue{"precision", "tf32", "float32, bfloat16"},
        BadValue{"precision-tolerance", "-0.1", "from 0 to 100"},
        BadValue{"target", "labels", "Did you mean 'label'? Valid: predicted, label"},
        BadValue{"device", "gpu", "Valid: auto, cpu, cuda"},
        BadValue{"half", "both", "Valid: all, first, second"},
        BadValue{"evaluate", "csm", "Valid: gradient, smoothgrad"},
        BadValue{"evaluate", "gradcam", "Did you mean 'grad_cam'?"},
        BadValue{"evaluate-cms", "my map=a.h5", "letters, digits and '_' in NAME"},
        BadValue{"evaluate-cms", "=a.h5", "or a file that exists"},
        BadValue{"evaluate-cms", "b/c=a.h5", "or a file that exists"},
        BadValue{"evaluate-cms", "men=", "Write men=FILE.h5."},
        BadValue{"evaluate-sign", "all", "Valid: positive, both"},
        BadValue{"curve-steps", "-1", "from 0 to 1000"},
        BadValue{"mesh", "file", "Did you mean 'files'? Valid: network, files"},
        BadValue{"face", "all", "Valid: largest, central"},
        BadValue{"visibility", "front", "Valid: all, front-facing"},
        BadValue{"density-normalisation", "yes", "Valid: on, off"},
        BadValue{"fill", "COLOUR", "Valid: mean, zero, blur, noise, or a colour as RRGGBB"},
        BadValue{"fill", "12345", "RRGGBB"}, BadValue{"fill", "12345g", "RRGGBB"},
        BadValue{"fill", "#808080", "RRGGBB"}, BadValue{"fill", "1234567", "RRGGBB"},
        BadValue{"fill", "blurr", "Did you mean 'blur'?"}));

class SwitchTest : public HomeFolder, public testing::WithParamInterface<std::string> {};

TEST_P(SwitchTest, takes_on_or_off_only) {
  EXPECT_THAT(error_of({"--task", "gender", "--" + GetParam() + "=yes"}),
              AllOf(HasSubstr("--" + GetParam() + " is 'yes'"), HasSubstr("Valid: on, off.")));
}

INSTANTIATE_TEST_SUITE_P(all, SwitchTest,
                         testing::Values("overwrite", "save-cis", "quiet", "evaluate-other-class"));

class EmptyValueTest : public HomeFolder, public testing::WithParamInterface<std::string> {};

TEST_P(EmptyValueTest, is_an_error) {
  EXPECT_THAT(error_of({"--task", "gender", "--" + GetParam(), ""}),
              HasSubstr("--" + GetParam() + " has no value"));
  const auto job = write("jobs/bad.cfg", GetParam() + " =   # nothing\n");
  EXPECT_THAT(error_of({"--job", job.string()}),
              HasSubstr("bad.cfg:1: " + GetParam() + " has no value"));
}

TEST_P(EmptyValueTest, and_so_is_a_line_break) {
  EXPECT_THAT(error_of({"--task", "gender", "--" + GetParam(), "a\nb"}),
              HasSubstr("--" + GetParam() + " holds a control character"));
}

INSTANTIATE_TEST_SUITE_P(
    every_option_with_a_value, EmptyValueTest,
    testing::Values("max-failures", "dataset", "dataset-format", "manifest", "label", "limit",
                    "seed", "gallery", "pairs", "model", "confidence", "target", "device",
                    "threads-per-rank", "mesh", "mesh-dir", "canonical", "canonical-image",
                    "detector-model", "mesh-model", "canonical-size", "vertex-stride", "face",
                    "visibility", "patch-size", "fill", "quality", "vertices-per-image",
                    "batch-size", "memory-limit", "density-normalisation", "group-by", "output"));

class ChoiceTest : public HomeFolder {};

TEST_F(ChoiceTest, a_method_evaluated_twice_is_an_error) {
  EXPECT_THAT(error_of({"--task", "gender", "--evaluate", "rise,random,rise"}),
              HasSubstr("--evaluate names 'rise' twice"));
}

TEST_F(ChoiceTest, the_map_of_another_class_comes_from_a_file) {
  EXPECT_THAT(error_of({"--task", "gender", "--evaluate-other-class"}),
              HasSubstr("without --evaluate-cms"));
}

TEST_F(ChoiceTest, a_column_to_halve_by_needs_a_half) {
  EXPECT_THAT(error_of({"--task", "gender", "--half-by", "person"}),
              HasSubstr("--half-by is 'person' with --half all"));
}

TEST_F(ChoiceTest, a_cam_layer_is_of_use_where_a_cam_is_evaluated) {
  EXPECT_EQ(error_of({"--task", "gender", "--cam-layer", "x", "--evaluate", "grad_cam"}), "");
  EXPECT_THAT(error_of({"--task", "gender", "--cam-layer", "x", "--evaluate", "rise"}),
              HasSubstr("--cam-layer is 'x'"));
}

TEST_F(ChoiceTest, an_engine_needs_occluded_images) {
  const auto with = [&](const std::string& engine, const std::string& method,
                        const std::string& evaluated) {
    return error_of(
        {"--task", "gender", "--engine", engine, "--method", method, "--evaluate", evaluated});
  };
  EXPECT_THAT(with("incremental", "rise", "gradient"),
              HasSubstr("--engine is 'incremental' with --method rise"));
  EXPECT_EQ(with("incremental", "rise", "sliding_occlusion"), "");
  EXPECT_EQ(with("incremental", "sliding_occlusion", "rise"), "");
  EXPECT_THAT(with("adaptive", "sliding_occlusion", "rise"),
              HasSubstr("it interpolates between the patches"));
}

TEST_F(ChoiceTest, a_lower_precision_is_for_the_engine_that_carries_differences) {
  const auto with = [&](const std::string& name, const std::string& value) {
    return error_of({"--task", "gender", "--precision", "bfloat16", "--" + name, value});
  };
  EXPECT_EQ(with("engine", "auto"), "");
  EXPECT_EQ(with("engine", "incremental"), "");
  for (const std::string engine : {"full", "adaptive"}) {
    EXPECT_THAT(with("engine", engine),
                AllOf(HasSubstr("--precision is 'bfloat16' with --engine " + engine),
                      HasSubstr("Use --engine incremental or auto")));
  }
  EXPECT_THAT(with("device", "cuda"), HasSubstr("--precision is 'bfloat16' with --device cuda"));
  EXPECT_THAT(with("method", "rise"), HasSubstr("--precision is 'bfloat16' with --method rise"));
  EXPECT_EQ(error_of({"--task", "gender", "--precision", "float32", "--engine", "full"}), "");
}

struct GoodValue {
  std::string name;
  std::string value;
};

class GoodValueTest : public HomeFolder, public testing::WithParamInterface<GoodValue> {};

TEST_P(GoodValueTest, is_taken_and_shown_again) {
  const Options options =
      parse({"--task", "gender", "--" + GetParam().name, GetParam().value}).options;
  const std::vector<RecordedOption> described = describe_options(options);
  EXPECT_TRUE(std::any_of(described.begin(), described.end(), [](const RecordedOption& option) {
    return option.name == GetParam().name && option.value == GetParam().value;
  }));
}

INSTANTIATE_TEST_SUITE_P(
    borders, GoodValueTest,
    testing::Values(GoodValue{"patch-size", "1"}, GoodValue{"patch-size", "1024"},
                    GoodValue{"canonical-size", "32"}, GoodValue{"canonical-size", "4096"},
                    GoodValue{"limit", "9223372036854775807"}, GoodValue{"seed", "0"},
                    GoodValue{"max-failures", "0"}, GoodValue{"max-failures", "1"},
                    GoodValue{"quality", "draft"}, GoodValue{"vertices-per-image", "1"},
                    GoodValue{"vertices-per-image", "1000000"}, GoodValue{"memory-limit", "64"},
                    GoodValue{"fill", "00ff7f"}, GoodValue{"fill", "noise"},
                    GoodValue{"evaluate", "none"}, GoodValue{"evaluate", "rise,grad_cam"},
                    GoodValue{"evaluate-cms", "/tmp/a.h5,/tmp/b.h5"},
                    GoodValue{"evaluate-cms", "Men_2=/tmp/run=1/b.h5"},
                    GoodValue{"curve-steps", "0"}, GoodValue{"output", "/tmp/x.nxs"}));

class NamedFileTest : public HomeFolder {
 protected:
  static NamedFile parsed(const std::string& text) {
    return parse({"--task", "gender", "--evaluate-cms", text}).options.study.evaluate_cms.at(0);
  }
};

TEST_F(NamedFileTest, a_file_that_exists_needs_no_name_for_its_equals_sign) {
  const std::filesystem::path file = write("seed=1.h5", "");
  EXPECT_EQ(parsed(file.string()), NamedFile{.file = file});
  EXPECT_EQ(parsed("one=" + file.string()), (NamedFile{.name = "one", .file = file}));
  std::filesystem::remove(file);
  EXPECT_THAT(error_of({"--task", "gender", "--evaluate-cms", file.string()}),
              HasSubstr("no file is called that"));
}

}  // namespace
}  // namespace csm::test
