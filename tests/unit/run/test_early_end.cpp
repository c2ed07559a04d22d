#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "support/message_of.h"
#include "support/result_contents.h"
#include "support/run_small_job.h"

namespace csm {
namespace {

using test::run_small_job;
using test::SmallJob;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int n_images = 40;

const SmallJob& shared_job() {
  static const SmallJob job(n_images);
  return job;
}

struct Decision {
  std::int64_t n_images = 0;
  double standard_error = 0;
  double agreement = 0;
  std::string stops;
};

std::vector<Decision> decisions_of(const std::filesystem::path& log) {
  std::vector<Decision> decisions;
  std::ifstream stream(log);
  for (std::string line; std::getline(stream, line);) {
    const auto event = nlohmann::json::parse(line);
    if (event.at("event") != "decision") continue;
    decisions.push_back({.n_images = event.at("n_images"),
                         .standard_error = event.at("standard_error"),
                         .agreement = event.at("agreement"),
                         .stops = event.at("stops")});
  }
  return decisions;
}

/// What was decided on the way through all images, by a rule that never holds.
const std::vector<Decision>& all_decisions() {
  static const std::vector<Decision> decisions = [] {
    const auto log = shared_job().folder() / "all.jsonl";
    run_small_job(shared_job(), "all",
                  {.more = {"--stop-at-standard-error", "1e-12", "--log-json", log.string()}});
    return decisions_of(log);
  }();
  return decisions;
}

std::vector<std::string> remarks_on_the_end(const std::string& name) {
  std::vector<std::string> remarks = test::read_texts(shared_job().output(name), "entry/remarks");
  std::erase_if(remarks, [](const std::string& each) {
    return each.find("ended with the first") == std::string::npos;
  });
  return remarks;
}

/// The run's maps and table of images are those of a run that was given the first n images only.
void expect_prefix(const std::string& name, std::int64_t n) {
  const std::string limited = "limit_" + std::to_string(n);
  if (!std::filesystem::exists(shared_job().output(limited)))
    run_small_job(shared_job(), limited, {.more = {"--limit", std::to_string(n)}});
  const auto found = test::read_contents(shared_job().output(name));
  const auto expected = test::read_contents(shared_job().output(limited));
  int n_compared = 0;
  for (const auto& [path, value] : expected) {
    if (!path.starts_with("entry/cms/") && !path.starts_with("entry/images/") &&
        !path.starts_with("entry/cis/"))
      continue;
    if (path == "entry/images/seconds") continue;
    ASSERT_TRUE(found.contains(path)) << path;
    EXPECT_EQ(found.at(path), value) << path;
    ++n_compared;
  }
  EXPECT_GT(n_compared, 10);
}

TEST(EarlyEnd, is_considered_at_fixed_numbers_of_images) {
  std::vector<std::int64_t> counts;
  for (const Decision& decision : all_decisions()) {
    counts.push_back(decision.n_images);
    EXPECT_EQ(decision.stops, "no");
  }
  EXPECT_THAT(counts, ElementsAre(16, 19, 23, 27, 32, 38));
  EXPECT_THAT(remarks_on_the_end("all"), IsEmpty());
}

TEST(EarlyEnd, comes_at_the_first_number_of_images_that_is_enough) {
  // The error asked for is the median of those on the way, so that some are larger and some are
  // not.
  std::vector<double> errors;
  for (const Decision& decision : all_decisions()) errors.push_back(decision.standard_error);
  std::sort(errors.begin(), errors.end());
  const double asked = errors[errors.size() / 2];
  const auto first =
      std::find_if(all_decisions().begin(), all_decisions().end(),
                   [&](const Decision& each) { return each.standard_error <= asked; });
  run_small_job(shared_job(), "error",
                {.more = {"--stop-at-standard-error", std::to_string(asked + 1e-6)}});
  expect_prefix("error", first->n_images);
  EXPECT_THAT(remarks_on_the_end("error"),
              ElementsAre(HasSubstr("the first " + std::to_string(first->n_images) +
                                    " of 40 images: the map is known as well as was asked for")));
}

TEST(EarlyEnd, is_the_same_for_any_ranks_and_schedule) {
  std::vector<double> agreements;
  for (const Decision& decision : all_decisions()) agreements.push_back(decision.agreement);
  std::sort(agreements.begin(), agreements.end());
  const std::string asked = std::to_string(agreements[agreements.size() / 2] - 1e-6);
  run_small_job(shared_job(), "agreed", {.more = {"--stop-at-agreement", asked}});
  ASSERT_EQ(remarks_on_the_end("agreed").size(), 1U);
  for (const int n_ranks : {2, 20}) {
    for (const std::string schedule : {"dynamic", "static"}) {
      const std::string name = "agreed_" + std::to_string(n_ranks) + schedule;
      run_small_job(
          shared_job(), name,
          {.n_ranks = n_ranks, .more = {"--stop-at-agreement", asked, "--schedule", schedule}});
      EXPECT_THAT(test::differing_paths(shared_job().output("agreed"), shared_job().output(name)),
                  IsEmpty())
          << name;
    }
  }
}

TEST(EarlyEnd, is_the_same_after_restarts) {
  const std::string asked = std::to_string(all_decisions()[4].standard_error + 1e-6);
  const std::vector<std::string> rule = {"--stop-at-standard-error", asked};
  run_small_job(shared_job(), "straight", {.more = rule});
  EXPECT_TRUE(
      run_small_job(shared_job(), "restarted", {.n_ranks = 2, .more = rule, .stop_after = 10}));
  EXPECT_TRUE(
      run_small_job(shared_job(), "restarted", {.n_ranks = 3, .more = rule, .stop_after = 3}));
  EXPECT_FALSE(run_small_job(shared_job(), "restarted", {.n_ranks = 2, .more = rule}));
  EXPECT_GE(test::read_integers(shared_job().output("restarted"), "entry/process/n_restored").at(0),
            13);
  EXPECT_THAT(
      test::differing_paths(shared_job().output("straight"), shared_job().output("restarted")),
      IsEmpty());
}

TEST(EarlyEnd, by_a_time_limit_is_at_a_decision) {
  // The clock is read at the start and at each decision, and ten seconds later each time: after 16
  // images the next step would end at 11.9 s, after 19 at 24.2 s, after 23 at 36.5 s.
  std::atomic<int> n_readings = 0;
  const auto now = [&] {
    return std::chrono::steady_clock::time_point(std::chrono::seconds(10 * n_readings++));
  };
  run_small_job(shared_job(), "late", {.more = {"--time-limit", "25"}, .now = now});
  expect_prefix("late", 23);
  EXPECT_THAT(remarks_on_the_end("late"),
              ElementsAre(HasSubstr("the time of --time-limit is used up")));
}

TEST(EarlyEnd, by_a_time_limit_that_suffices_does_not_come) {
  run_small_job(shared_job(), "unlimited");
  run_small_job(shared_job(), "in_time", {.more = {"--time-limit", "3600"}});
  EXPECT_THAT(
      test::differing_paths(shared_job().output("unlimited"), shared_job().output("in_time")),
      IsEmpty());
}

TEST(EarlyEnd, by_another_rule_is_another_job) {
  EXPECT_TRUE(run_small_job(shared_job(), "rule",
                            {.more = {"--stop-at-agreement", "0.99"}, .stop_after = 3}));
  const auto run = [] {
    run_small_job(shared_job(), "rule", {.more = {"--stop-at-agreement", "0.5"}});
  };
  EXPECT_THAT(test::message_of<InputError>(run),
              HasSubstr("stop-at-agreement is '0.5' here and '0.99' there"));
}

}  // namespace
}  // namespace csm
