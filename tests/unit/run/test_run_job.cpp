#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "support/message_of.h"
#include "support/result_contents.h"
#include "support/run_small_job.h"

namespace csm {
namespace {

using test::differing_paths;
using test::read_integers;
using test::read_texts;
using test::run_small_job;
using test::SmallJob;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Texts = std::vector<std::string>;

Texts operator+(Texts a, const Texts& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

/// Runs a job on one rank and on others, by either schedule, and compares the results.
/// @return the result of one rank
std::filesystem::path check_ranks(const SmallJob& job, const std::string& name, const Texts& more,
                                  const std::vector<int>& numbers_of_ranks) {
  run_small_job(job, name, {.more = more});
  for (const int n_ranks : numbers_of_ranks) {
    for (const std::string schedule : {"dynamic", "static"}) {
      const std::string other = name + "_" + std::to_string(n_ranks) + schedule;
      run_small_job(job, other, {.n_ranks = n_ranks, .more = more + Texts{"--schedule", schedule}});
      EXPECT_THAT(differing_paths(job.output(name), job.output(other)), IsEmpty()) << other;
      EXPECT_EQ(read_integers(job.output(other), "entry/process/n_ranks"),
                std::vector<std::int64_t>{n_ranks});
    }
  }
  return job.output(name);
}

TEST(RunJob, gives_the_same_bytes_on_one_three_and_a_hundred_ranks_by_either_schedule) {
  const SmallJob job(40);
  const auto result = check_ranks(job, "maps", {"--fill", "noise"}, {3, 100});
  EXPECT_EQ(read_texts(result, "entry/images/id").size(), 40U);
  EXPECT_EQ(read_integers(result, "entry/n_failed"), std::vector<std::int64_t>{0});
}

TEST(RunJob, of_another_seed_has_another_order) {
  const SmallJob job(11);
  run_small_job(job, "one", {.more = {"--seed", "1"}});
  run_small_job(job, "two", {.more = {"--seed", "2"}});
  auto first = read_texts(job.output("one"), "entry/images/id");
  auto second = read_texts(job.output("two"), "entry/images/id");
  EXPECT_NE(first, second);
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, second);
}

TEST(RunJob, with_failures_among_its_images_gives_the_same_bytes) {
  const SmallJob job(11);
  std::filesystem::resize_file(job.image(3), 0);
  std::ofstream(job.image(7)) << "no image at all";
  const auto result =
      check_ranks(job, "failures", {"--max-failures", "0.2", "--group-by", "age"}, {2, 8});
  EXPECT_EQ(read_integers(result, "entry/n_failed"), std::vector<std::int64_t>{2});
  const auto status = read_texts(result, "entry/images/status");
  EXPECT_EQ(std::count(status.begin(), status.end(), "ok"), 9);
}

TEST(RunJob, of_fewer_images_than_ranks_gives_the_same_bytes) {
  const SmallJob job(11);
  const auto result = check_ranks(job, "few", {"--limit", "2"}, {3, 8});
  EXPECT_EQ(read_texts(result, "entry/images/id").size(), 2U);
}

TEST(RunJob, of_samples_of_the_vertices_gives_the_same_bytes) {
  const SmallJob job(11);
  check_ranks(job, "sampled", {"--vertices-per-image", "6", "--fill", "noise"}, {3});
}

TEST(RunJob, compared_with_a_gallery_gives_the_same_bytes) {
  const SmallJob job(12);
  const std::string manifest = (job.folder() / "manifest.csv").string();
  check_ranks(job, "cosine",
              {"--model", (job.folder() / "embedding.pt").string(), "--confidence", "cosine",
               "--gallery", manifest},
              {3, 8});
}

TEST(RunJob, of_pairs_gives_the_same_bytes) {
  const SmallJob job(12);
  std::filesystem::resize_file(job.image(5), 0);  // in two pairs
  check_ranks(job, "pairs",
              {"--model", (job.folder() / "embedding.pt").string(), "--confidence", "verification",
               "--dataset", job.folder().string(), "--pairs", (job.folder() / "pairs.csv").string(),
               "--label", "none", "--group-by", "target", "--max-failures", "0.3"},
              {3, 8});
}

TEST(RunJob, that_evaluates_maps_gives_the_same_bytes_also_after_a_restart) {
  const SmallJob job(24);
  run_small_job(job, "half", {.more = {"--half", "first"}});
  const Texts more = {"--half",        "second", "--evaluate",     "sliding_occlusion,random",
                      "--curve-steps", "4",      "--evaluate-cms", job.output("half").string()};
  const auto result = check_ranks(job, "evaluated", more, {3});
  EXPECT_THAT(read_texts(result, "entry/evaluation/maps"),
              ElementsAre("cis", "sliding_occlusion", "random", "cms"));
  EXPECT_TRUE(run_small_job(job, "restarted", {.n_ranks = 2, .more = more, .stop_after = 3}));
  EXPECT_FALSE(run_small_job(job, "restarted", {.more = more}));
  EXPECT_THAT(differing_paths(result, job.output("restarted")), IsEmpty());
}

TEST(RunJob, with_any_number_of_images_loaded_ahead_gives_the_same_bytes) {
  const SmallJob job(11);
  std::filesystem::resize_file(job.image(3), 0);  // its reason comes from the loader
  const Texts more = {"--max-failures", "0.2", "--fill", "noise"};
  run_small_job(job, "default", {.more = more});
  for (const int n_ranks : {1, 3}) {
    for (const std::string n_ahead : {"0", "1", "50"}) {
      const std::string name = std::to_string(n_ranks) + "_" + n_ahead;
      run_small_job(job, name, {.n_ranks = n_ranks, .more = more + Texts{"--prefetch", n_ahead}});
      EXPECT_THAT(differing_paths(job.output("default"), job.output(name)), IsEmpty()) << name;
    }
  }
}

TEST(RunJob, leaves_the_old_result_where_one_rank_fails_and_ends_the_others) {
  const SmallJob job(11);
  std::ofstream(job.mesh(2)) << "no mesh";
  std::filesystem::create_directories(job.output("old").parent_path());
  std::ofstream(job.output("old")) << "an old result";
  const auto run = [&] {
    run_small_job(
        job, "old",
        {.n_ranks = 3, .more = {"--overwrite", "--max-failures", "0", "--schedule", "static"}});
  };
  EXPECT_THAT(test::message_of<RunError>(run), HasSubstr("bad mesh file"));
  std::string content;
  std::getline(std::ifstream(job.output("old")) >> std::ws, content);
  EXPECT_EQ(content, "an old result");
}

TEST(RunJob, that_gives_up_leaves_nothing) {
  const SmallJob job(11);
  for (int i = 0; i < 5; ++i) std::filesystem::resize_file(job.image(i), 0);
  const std::string message = test::message_of<RunError>([&] {
    run_small_job(job, "given_up", {.more = {"--max-failures", "0.2"}});
  });
  EXPECT_THAT(message, HasSubstr("--max-failures allows 2"));
  EXPECT_THAT(message, HasSubstr("is empty"));
  EXPECT_TRUE(std::filesystem::is_empty(job.output("given_up").parent_path()));
}

TEST(RunJob, refuses_bad_input_on_all_ranks_before_any_work) {
  const SmallJob job(3);
  std::filesystem::remove(job.folder() / "manifest.csv");
  EXPECT_THROW(run_small_job(job, "none", {.n_ranks = 5}), InputError);
}

}  // namespace
}  // namespace csm
