#include <gmock/gmock.h>

#include "csm/core/text.h"
#include "home_folder.h"
#include "support/message_of.h"

namespace csm::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class CommandLineTest : public HomeFolder {};

TEST_F(CommandLineTest, task_names_a_job_file_of_the_home_folder) {
  const CommandLine line = parse({"--task", "gender"});
  EXPECT_EQ(line.action, Action::run);
  EXPECT_EQ(line.options.run.task, "gender");
  EXPECT_EQ(line.options.model.model, home_ / "models/gender.pt");
  EXPECT_EQ(line.options.dataset.dataset, home_ / "samples/faces");
  EXPECT_EQ(line.options.occlusion.patch_size, 8);
}

TEST_F(CommandLineTest, what_nobody_gave_has_the_built_in_default) {
  const Options options = parse({"--task", "pose"}).options;
  EXPECT_EQ(options.occlusion.patch_size, 15);
  EXPECT_EQ(options.mesh.canonical_size, 619);
  EXPECT_EQ(options.mesh.detector_model, home_ / "models/face_detector.pt");
  EXPECT_EQ(options.mesh.mesh_model, home_ / "models/face_mesh.pt");
  EXPECT_EQ(options.output.output, std::filesystem::current_path() / "results/pose.h5");
  EXPECT_FALSE(options.dataset.limit.has_value());
}

TEST_F(CommandLineTest, a_model_that_runs_elsewhere_stands_as_it_is) {
  for (const char* place : {"process:python3 a/../b.py 'x y'", "http://host:80/v2/models/m",
                            "https://host/v2/models/m", "HTTP://host/v2/models/m",
                            "Https://host/v2/models/m", "Process:python3 a.py", "REST:m.json"}) {
    EXPECT_EQ(parse({"--task", "gender", "--model", place}).options.model.model, place);
  }
}

TEST_F(CommandLineTest, a_colon_in_a_name_makes_no_service_of_a_file) {
  EXPECT_EQ(parse({"--task", "gender", "--model", "c:model.pt"}).options.model.model,
            std::filesystem::current_path() / "c:model.pt");
  EXPECT_EQ(parse({"--task", "gender", "--model", "./process:x"}).options.model.model,
            std::filesystem::current_path() / "process:x");
}

TEST_F(CommandLineTest, a_url_of_another_scheme_is_refused_and_its_secret_not_shown) {
  const std::string message = test::message_of<InputError>([&] {
    parse({"--task", "gender", "--model", "grpc://me:hush@host/m"});
  });
  EXPECT_THAT(message, testing::HasSubstr("'grpc'"));
  EXPECT_THAT(message, testing::Not(testing::HasSubstr("hush")));
}

TEST_F(CommandLineTest, answers_are_kept_where_it_is_said) {
  EXPECT_TRUE(parse({"--task", "gender"}).options.model.keep_answers);
  EXPECT_FALSE(parse({"--task", "gender", "--answers", "none"}).options.model.keep_answers);
  const ModelOptions model = parse({"--task", "gender", "--answers", "kept"}).options.model;
  EXPECT_TRUE(model.keep_answers);
  EXPECT_EQ(model.answers, std::filesystem::current_path() / "kept");
}

TEST_F(CommandLineTest, command_line_wins_over_the_job_file) {
  EXPECT_EQ(parse({"--task", "gender", "--patch-size", "11"}).options.occlusion.patch_size, 11);
  EXPECT_EQ(parse({"--patch-size=11", "--task=gender"}).options.occlusion.patch_size, 11);
}

TEST_F(CommandLineTest, every_option_reaches_its_field) {
  const Options options =
      parse(split("--task|gender|--dataset|/d|--dataset-format|manifest|--manifest|/m.csv|"
                  "--label|sex|--limit|1000|--seed|18446744073709551615|--gallery|/g|"
                  "--model|/net.pt|--confidence|cosine|--target|label|--device|cpu|"
                  "--threads-per-rank|3|--mesh|files|--mesh-dir|/meshes|--canonical|/f.npy|"
                  "--canonical-image|/f.png|--detector-model|/det.pt|--mesh-model|/mesh.pt|"
                  "--canonical-size|512|--vertex-stride|7|--face|central|--visibility|front-facing|"
                  "--patch-size|13|--fill|ff8000|--batch-size|64|--memory-limit|512|--half|first|"
                  "--half-by|person|--label-numbers|values|--evaluate|grad_cam,random|"
                  "--evaluate-cms|/a.h5,men_1=b.h5|--evaluate-other-class|--evaluate-sign|both|"
                  "--curve-steps|7|--density-normalisation|off|--group-by|Smiling|--output|/o/r.h5|"
                  "--overwrite|--save-cis|--quiet|--max-failures|0.25",
                  '|'))
          .options;
  EXPECT_EQ(options.dataset.dataset, "/d");
  EXPECT_EQ(options.dataset.format, DatasetFormat::manifest);
  EXPECT_EQ(options.dataset.manifest, "/m.csv");
  EXPECT_EQ(options.dataset.label, "sex");
  EXPECT_EQ(options.dataset.label_numbers, LabelNumbers::values);
  EXPECT_EQ(options.dataset.limit, 1000);
  EXPECT_EQ(options.dataset.seed, 18446744073709551615ULL);
  EXPECT_EQ(options.dataset.gallery, "/g");
  EXPECT_EQ(options.model.model, "/net.pt");
  EXPECT_EQ(options.model.confidence, Confidence::cosine);
  EXPECT_EQ(options.model.target, Target::label);
  EXPECT_EQ(options.model.device, Device::cpu);
  EXPECT_EQ(options.model.threads_per_rank, 3);
  EXPECT_EQ(options.mesh.mesh, MeshSource::files);
  EXPECT_EQ(options.mesh.mesh_dir, "/meshes");
  EXPECT_EQ(options.mesh.canonical, "/f.npy");
  EXPECT_EQ(options.mesh.canonical_image, "/f.png");
  EXPECT_EQ(options.mesh.detector_model, "/det.pt");
  EXPECT_EQ(options.mesh.mesh_model, "/mesh.pt");
  EXPECT_EQ(options.mesh.canonical_size, 512);
  EXPECT_EQ(options.mesh.vertex_stride, 7);
  EXPECT_EQ(options.mesh.face, FaceChoice::central);
  EXPECT_EQ(options.mesh.visibility, Visibility::front_facing);
  EXPECT_EQ(options.occlusion.patch_size, 13);
  EXPECT_EQ(options.occlusion.fill.kind, FillKind::colour);
  EXPECT_EQ(options.occlusion.fill.colour, (std::array<std::uint8_t, 3>{255, 128, 0}));
  EXPECT_EQ(options.occlusion.batch_size, 64);
  EXPECT_EQ(options.occlusion.memory_limit, 512);
  EXPECT_EQ(options.dataset.half, Half::first);
  EXPECT_EQ(options.dataset.half_by, "person");
  EXPECT_EQ(options.study.evaluate, (std::vector<std::string>{"grad_cam", "random"}));
  EXPECT_EQ(
      options.study.evaluate_cms,
      (std::vector<NamedFile>{
          {.file = "/a.h5"}, {.name = "men_1", .file = std::filesystem::current_path() / "b.h5"}}));
  EXPECT_TRUE(options.study.evaluate_other_class);
  EXPECT_EQ(options.study.evaluate_sign, MapSign::both);
  EXPECT_EQ(options.study.curve_steps, 7);
  EXPECT_EQ(options.saliency.density_normalisation, DensityNormalisation::off);
  EXPECT_EQ(options.saliency.group_by, "Smiling");
  EXPECT_EQ(options.output.output, "/o/r.h5");
  EXPECT_TRUE(options.output.overwrite);
  EXPECT_TRUE(options.output.save_cis);
  EXPECT_TRUE(options.output.quiet);
  EXPECT_DOUBLE_EQ(options.run.max_failures, 0.25);
}

TEST_F(CommandLineTest, values_for_unset_take_back_what_the_job_file_gave) {
  const auto job = write(
      "jobs/full.cfg",
      "model = m.pt\ndataset = d\nlimit = 5\nbatch-size = 2\nthreads-per-rank = 2\nlabel = x\n"
      "confidence = cosine\ngallery = g\nquiet = on\n");
  const Options options =
      parse({"--job", job.string(), "--limit", "all", "--batch-size", "auto", "--threads-per-rank",
             "auto", "--label", "auto", "--gallery", "none", "--quiet=off"})
          .options;
  EXPECT_FALSE(options.dataset.limit.has_value());
  EXPECT_FALSE(options.occlusion.batch_size.has_value());
  EXPECT_FALSE(options.model.threads_per_rank.has_value());
  EXPECT_EQ(options.dataset.label, "");
  EXPECT_TRUE(options.dataset.gallery.empty());
  EXPECT_FALSE(options.output.quiet);
}

TEST_F(CommandLineTest, actions_are_recognised) {
  EXPECT_EQ(parse({"--help"}).action, Action::print_help);
  EXPECT_EQ(parse({"-h"}).action, Action::print_help);
  EXPECT_EQ(parse({"--help-all"}).action, Action::print_full_help);
  EXPECT_EQ(parse({}).action, Action::print_examples);
  EXPECT_EQ(parse({"--version"}).action, Action::print_version);
  EXPECT_EQ(parse({"--task", "gender", "--plan"}).action, Action::plan);
  EXPECT_EQ(parse({"--task", "gender", "--print-config"}).action, Action::print_config);
  EXPECT_THAT(error_of({"--task", "gender", "--plan", "--print-config"}),
              HasSubstr("given together"));
}

TEST_F(CommandLineTest, unknown_names_get_the_nearest_valid_one) {
  EXPECT_THAT(error_of({"--task", "gender", "--patchsize", "3"}),
              AllOf(HasSubstr("'--patchsize'"), HasSubstr("Did you mean '--patch-size'?")));
  EXPECT_THAT(error_of({"--task", "gender", "--patch_size=3"}),
              HasSubstr("Did you mean '--patch-size'?"));
  EXPECT_THAT(error_of({"--taks", "gender"}), HasSubstr("Did you mean '--task'?"));
  EXPECT_THAT(error_of({"--task", "gender", "-q"}), HasSubstr("unknown option '-q'"));
}

TEST_F(CommandLineTest, the_beginning_of_a_name_is_not_the_name) {
  EXPECT_THAT(error_of({"--task", "gender", "--patch", "3"}),
              HasSubstr("unknown option '--patch'"));
}

TEST_F(CommandLineTest, an_option_given_twice_is_an_error) {
  EXPECT_THAT(error_of({"--task", "gender", "--limit", "3", "--limit", "3"}),
              HasSubstr("--limit is given twice"));
  EXPECT_THAT(error_of({"--task", "gender", "--task", "pose"}), HasSubstr("--task is given twice"));
}

TEST_F(CommandLineTest, a_bare_value_is_an_error) {
  EXPECT_THAT(error_of({"gender"}), HasSubstr("'gender' stands alone"));
  EXPECT_THAT(error_of({"--task", "gender", "pose"}), HasSubstr("'pose' stands alone"));
  EXPECT_THAT(error_of({"--task", "gender", "--", "--limit"}), HasSubstr("'--limit' stands alone"));
}

TEST_F(CommandLineTest, a_value_of_a_switch_says_how_a_switch_is_written) {
  EXPECT_THAT(error_of({"--task", "gender", "--quiet", "yes"}),
              AllOf(HasSubstr("'yes' stands alone after --quiet (that is a switch"),
                    HasSubstr("--quiet=off")));
  EXPECT_THAT(error_of({"--plan", "gender"}), HasSubstr("'gender' stands alone after --plan"));
}

TEST_F(CommandLineTest, a_missing_value_is_an_error) {
  EXPECT_THAT(error_of({"--task", "gender", "--limit"}), HasSubstr("--limit has no value"));
  EXPECT_THAT(error_of({"--limit", "--task", "gender"}), HasSubstr("--limit has no value"));
  EXPECT_THAT(error_of({"--task", "gender", "--model="}), HasSubstr("--model has no value"));
  EXPECT_THAT(error_of({"--job"}), HasSubstr("--job has no value"));
  EXPECT_THAT(error_of({"--task", "gender", "--plan=now"}), HasSubstr("--plan takes no value"));
}

TEST_F(CommandLineTest, unknown_task_lists_those_that_exist) {
  EXPECT_THAT(error_of({"--task", "gendre"}),
              AllOf(HasSubstr("'gendre'"), HasSubstr("Did you mean 'gender'?"),
                    HasSubstr("Tasks: gender, pose")));
  EXPECT_THAT(error_of({"--task", "../jobs/gender"}), HasSubstr("Tasks: gender, pose"));
}

TEST_F(CommandLineTest, without_a_jobs_folder_the_message_names_the_folder) {
  setenv("CSM_HOME", "/nonexistent_home", 1);
  EXPECT_THAT(error_of({"--task", "gender"}),
              AllOf(HasSubstr("/nonexistent_home/jobs"), HasSubstr("CSM_HOME")));
}

TEST_F(CommandLineTest, task_and_job_exclude_each_other_and_one_is_needed) {
  const std::string job = (home_ / "jobs/gender.cfg").string();
  EXPECT_THAT(error_of({"--task", "gender", "--job", job}), HasSubstr("given together"));
  EXPECT_THAT(error_of({"--quiet"}), HasSubstr("neither --task nor --job"));
}

TEST_F(CommandLineTest, pairs_take_the_place_of_groups) {
  EXPECT_EQ(group_column(parse({"--task", "gender", "--pair-by", "smile"}).options), "smile");
  EXPECT_THAT(error_of({"--task", "gender", "--pair-by", "smile", "--group-by", "age"}),
              HasSubstr("--group-by is 'age' with --pair-by smile"));
}

TEST_F(CommandLineTest, paths_on_the_command_line_start_at_the_current_folder) {
  EXPECT_EQ(parse({"--task", "gender", "--model", "a/../b.pt"}).options.model.model,
            std::filesystem::current_path() / "b.pt");
}

struct Contradiction {
  std::vector<std::string> arguments;
  std::string message;
};

class ContradictionTest : public HomeFolder, public testing::WithParamInterface<Contradiction> {};

TEST_P(ContradictionTest, is_an_error_before_any_work) {
  std::vector<std::string> arguments = {"--task", "gender"};
  arguments.insert(arguments.end(), GetParam().arguments.begin(), GetParam().arguments.end());
  EXPECT_THAT(error_of(arguments), HasSubstr(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    all, ContradictionTest,
    testing::Values(
        Contradiction{{"--mesh", "files", "--canonical", "f.npy"}, "without --mesh-dir"},
        Contradiction{{"--mesh", "files", "--mesh-dir", "m"}, "without --canonical"},
        Contradiction{{"--mesh-dir", "m"}, "with --mesh network"},
        Contradiction{{"--pair-by", "smile", "--permute-within", "age"},
                      "--permute-within is 'age' with --pair-by smile"},
        Contradiction{{"--confidence", "verification"}, "without --pairs"},
        Contradiction{{"--confidence", "similarity"}, "without --pairs"},
        Contradiction{{"--confidence", "similarity", "--pairs", "p.csv", "--method", "rise"},
                      "--method is 'rise' with --confidence similarity"},
        Contradiction{{"--confidence", "similarity", "--pairs", "p.csv", "--engine", "incremental"},
                      "--engine is 'incremental' with --confidence similarity"},
        Contradiction{{"--pairs", "p.csv"}, "with --confidence log_odds"},
        Contradiction{{"--gallery", "g.csv"}, "with --confidence log_odds"},
        Contradiction{{"--manifest", "m.csv", "--dataset-format", "lfw"}, "--dataset-format lfw"},
        Contradiction{{"--manifest", "m.csv", "--dataset-format", "celeba"},
                      "--dataset-format celeba"},
        Contradiction{{"--output", "/tmp/results"}, "ends in .h5"},
        Contradiction{{"--output", "a.png"}, "ends in .h5"},
        Contradiction{{"--model", "none"}, "--model is missing"},
        Contradiction{{"--dataset", "none"}, "--dataset is missing"}));

}  // namespace
}  // namespace csm::test
