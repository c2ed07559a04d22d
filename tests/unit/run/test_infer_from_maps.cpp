#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/run/test_result.h"
#include "csm/store/saved_result.h"
#include "support/message_of.h"
#include "support/result_contents.h"
#include "support/run_small_job.h"

namespace csm {
namespace {

using test::read_contents;
using test::read_integers;
using test::read_texts;
using test::run_small_job;
using test::SmallJob;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string finding = "entry/findings/predicted/";

/// csm_test on a result of a small job.
Inference test_again(const std::filesystem::path& result, std::vector<std::string> more) {
  std::vector<std::string> arguments{result.string(), "--output", result.string() + ".findings.h5",
                                     "--overwrite"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return test_result(Communicator::single(), parse_test_command(arguments, &read_recorded_options),
                     "csm_test");
}

/// The one comparison of a result.
std::string pair_of(const std::filesystem::path& result) {
  const std::string first = read_texts(result, finding + "performance/name").at(0);
  const std::string second = read_texts(result, finding + "performance/name").at(1);
  return finding + first + "_" + second + "/";
}

TEST(InferFromMaps, a_run_with_groups_tests_them_also_without_saved_maps) {
  const SmallJob job(24);
  run_small_job(job, "saved");
  run_small_job(job, "coarse", {.n_ranks = 3, .more = {"--save-cis=off"}});
  const std::string pair = pair_of(job.output("saved"));
  for (const char* name : {"t", "p_fwe", "p_tfce", "difference"}) {
    EXPECT_EQ(read_contents(job.output("saved")).at(pair + name),
              read_contents(job.output("coarse")).at(pair + name))
        << name;
  }
}

TEST(InferFromMaps, without_permutations_there_are_none) {
  const SmallJob job(6);
  run_small_job(job, "none", {.more = {"--permutations", "0"}});
  for (const auto& [path, value] : read_contents(job.output("none"))) {
    EXPECT_FALSE(path.starts_with("entry/findings")) << path;
    EXPECT_FALSE(path.starts_with("entry/intervals")) << path;
  }
}

TEST(InferFromMaps, csm_test_finds_afterwards_what_the_run_found) {
  const SmallJob job(24);
  run_small_job(job, "run");
  const auto again = test_again(job.output("run"), {"--group-by", "predicted"}).findings;
  ASSERT_EQ(again.size(), 1U);
  const std::string pair = pair_of(job.output("run"));
  const std::filesystem::path file = job.output("run").string() + ".findings.h5";
  for (const char* name : {"p_map", "critical_z", "p_tfce"})
    EXPECT_EQ(read_contents(file).at(pair + name), read_contents(job.output("run")).at(pair + name))
        << name;
}

TEST(InferFromMaps, intervals_are_the_same_without_saved_maps_and_afterwards) {
  const SmallJob job(24);
  run_small_job(job, "saved");
  run_small_job(job, "coarse", {.n_ranks = 3, .more = {"--save-cis=off", "--group-by", "none"}});
  const Inference again = test_again(job.output("saved"), {});
  ASSERT_TRUE(again.intervals.has_value());
  EXPECT_EQ(again.intervals->n_persons, 24);
  EXPECT_TRUE(again.findings.empty());
  const std::filesystem::path file = job.output("saved").string() + ".findings.h5";
  std::vector<std::string> sentences = read_texts(file, "entry/intervals/sentences");
  ASSERT_FALSE(sentences.empty());
  EXPECT_THAT(sentences.front(),
              HasSubstr("The run that made the maps warned: This map is mostly"));
  sentences.erase(sentences.begin());
  EXPECT_EQ(sentences, read_texts(job.output("saved"), "entry/intervals/sentences"));
  for (const char* name : {"mean", "half_width", "band_factor"}) {
    const std::string path = std::string("entry/intervals/") + name;
    EXPECT_EQ(read_contents(job.output("saved")).at(path),
              read_contents(job.output("coarse")).at(path))
        << path;
    EXPECT_EQ(read_contents(job.output("saved")).at(path), read_contents(file).at(path)) << path;
  }
}

TEST(InferFromMaps, csm_test_looks_for_kinds_of_explanations_if_asked) {
  const SmallJob job(24);
  run_small_job(job, "run");
  EXPECT_FALSE(test_again(job.output("run"), {}).clusters.has_value());
  const Inference found = test_again(job.output("run"), {"--clusters"});
  ASSERT_TRUE(found.clusters.has_value());
  EXPECT_EQ(found.clusters->n_images, 24);
  EXPECT_THAT(found.clusters->sentences.at(0), HasSubstr("fewer than 40 persons"));
  const std::filesystem::path file = job.output("run").string() + ".findings.h5";
  EXPECT_EQ(read_texts(file, "entry/clusters/images/cluster"),
            std::vector<std::string>(24, "cluster 1"));
}

TEST(InferFromMaps, csm_test_refuses_the_intervals_of_one_person) {
  const SmallJob job(6);
  run_small_job(job, "run", {.more = {"--limit", "1"}});
  EXPECT_THAT(test::message_of<InputError>([&] { test_again(job.output("run"), {}); }),
              HasSubstr("one person's images"));
}

TEST(InferFromMaps, csm_test_says_in_sentences_why_nothing_could_be_tested) {
  const SmallJob job(6);
  run_small_job(job, "run", {.more = {"--limit", "4"}});
  EXPECT_THAT(test::message_of<InputError>([&] {
                test_again(job.output("run"), {"--group-by", "predicted"});
              }),
              AllOf(StartsWith("nothing could be tested: "), Not(HasSubstr("Not tested")),
                    Not(HasSubstr("..")), EndsWith("Name another column, or give more images.")));
}

TEST(InferFromMaps, what_is_left_out_is_counted_by_group_and_afterwards_too) {
  const SmallJob job(24);
  for (int i = 1; i < 16; i += 2) std::filesystem::remove(job.mesh(i));
  run_small_job(job, "run", {.more = {"--group-by", "letter", "--max-failures", "1"}});
  const std::filesystem::path file = job.output("run").string() + ".findings.h5";
  const std::vector<ColumnFindings> again =
      test_again(job.output("run"), {"--group-by", "letter"}).findings;
  EXPECT_EQ(again.at(0).groups.at(1).n_left_out, 8);
  for (const std::filesystem::path& path : {job.output("run"), file}) {
    EXPECT_THAT(read_texts(path, "entry/findings/letter/sentences"),
                Contains(HasSubstr("0 of 12 images of 'a' and 8 of 12 of 'b' were left out (no "
                                   "mesh file)")))
        << path;
    EXPECT_THAT(read_integers(path, "entry/findings/letter/performance/n_left_out"),
                ElementsAre(0, 8))
        << path;
  }
}

TEST(InferFromMaps, a_group_without_any_map_is_named) {
  const SmallJob job(12);
  for (int i = 1; i < 12; i += 2) std::filesystem::remove(job.mesh(i));
  run_small_job(job, "run", {.more = {"--group-by", "letter", "--max-failures", "1"}});
  const std::string remark = "No images of 'b' have a map: all 6 were left out (no mesh file).";
  EXPECT_THAT(read_texts(job.output("run"), "entry/findings/letter/remarks"), Contains(remark));
  EXPECT_THAT(read_texts(job.output("run"), "entry/findings/letter/performance/name"),
              ElementsAre("a", "b"));
  EXPECT_THAT(test::message_of<InputError>([&] {
                test_again(job.output("run"), {"--group-by", "letter"});
              }),
              HasSubstr(remark));
}

/// A table of the job's images with one more column.
std::filesystem::path add_column(const SmallJob& job, int n_rows, const std::string& name,
                                 const std::function<std::string(int)>& value) {
  const std::filesystem::path path = job.folder() / (name + ".csv");
  std::ofstream table(path);
  table << "path,letter," << name << "\n";
  for (int i = 0; i < n_rows; ++i) {
    table << std::filesystem::relative(job.image(i), job.folder()).string() << ','
          << (i % 2 == 0 ? "a" : "b") << ',' << value(i) << '\n';
  }
  return path;
}

TEST(InferFromMaps, a_run_of_many_groups_says_who_is_exchanged_too) {
  const SmallJob job(24);
  const auto table =
      add_column(job, 24, "kind", [](int i) { return "kind " + std::to_string(i % 10); });
  run_small_job(job, "run", {.more = {"--dataset", table.string(), "--group-by", "kind"}});
  EXPECT_THAT(read_texts(job.output("run"), "entry/findings/kind/remarks"),
              Contains(HasSubstr("does not name persons")));
}

TEST(InferFromMaps, a_value_that_is_no_person_or_no_group_is_doubted) {
  const SmallJob job(24);
  const auto table = add_column(
      job, 24, "identity", [](int i) { return i % 4 == 3 ? "Unknown" : "p" + std::to_string(i); });
  run_small_job(job, "run", {.more = {"--dataset", table.string()}});
  const std::string doubt = "'Unknown' of 'identity' counts as one person with 6 of the 24 images.";
  EXPECT_THAT(read_texts(job.output("run"), "entry/remarks"), Contains(StartsWith(doubt)));
  EXPECT_THAT(test_again(job.output("run"), {}).intervals->sentences, Contains(StartsWith(doubt)));
  EXPECT_THAT(test_again(job.output("run"), {"--group-by", "predicted"}).findings.at(0).remarks,
              Contains(StartsWith(doubt)));
  const auto kinds = add_column(job, 24, "sex", [](int i) {
    return i % 3 == 0 ? "n/a" : i % 3 == 1 ? "f" : "m";
  });
  EXPECT_THAT(test_again(job.output("run"), {"--dataset", kinds.string(), "--group-by", "sex"})
                  .findings.at(0)
                  .remarks,
              Contains(HasSubstr("look like missing values: 'n/a'")));
}

TEST(InferFromMaps, csm_test_names_the_columns_there_are) {
  const SmallJob job(6);
  run_small_job(job, "run");
  EXPECT_THAT(test::message_of<InputError>([&] {
                test_again(job.output("run"), {"--group-by", "nothing"});
              }),
              HasSubstr("Valid: target, predicted, label"));
}

TEST(InferFromMaps, csm_test_does_not_take_its_own_findings) {
  const SmallJob job(6);
  run_small_job(job, "run");
  test_again(job.output("run"), {});
  EXPECT_THAT(test::message_of<InputError>(
                  [&] { test_again(job.output("run").string() + ".findings.h5", {}); }),
              AllOf(HasSubstr("a file that csm_test wrote"), HasSubstr("Give the result")));
}

TEST(InferFromMaps, csm_test_needs_the_maps) {
  const SmallJob job(6);
  run_small_job(job, "run", {.more = {"--save-cis=off"}});
  EXPECT_THAT(test::message_of<InputError>([&] {
                test_again(job.output("run"), {"--group-by", "predicted"});
              }),
              HasSubstr("--save-cis"));
}

}  // namespace
}  // namespace csm
