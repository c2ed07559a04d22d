#include <gmock/gmock.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "csm/core/error.h"
#include "csm/core/log.h"
#include "csm/report/event_log.h"
#include "temporary_folder.h"

namespace csm::test {
namespace {

using Json = nlohmann::json;

class EventLogTest : public TemporaryFolder {
 protected:
  std::vector<Json> lines() const {
    std::vector<Json> objects;
    std::ifstream file(folder_ / "run.jsonl");
    for (std::string line; std::getline(file, line);) objects.push_back(Json::parse(line));
    return objects;
  }
};

TEST_F(EventLogTest, one_object_a_line_with_time_event_and_fields) {
  EventLog(folder_ / "run.jsonl")
      .write("rank", {{"rank", std::int64_t{3}},
                      {"seconds", 0.5},
                      {"host", "a \"b\"\n"},
                      {"files", std::vector<std::string>{"x", "y"}},
                      {"mean", std::vector<std::pair<std::string, double>>{{"decode", 1.5}}}});
  ASSERT_EQ(lines().size(), 1U);
  Json line = lines()[0];
  EXPECT_THAT(line["time"].get<std::string>(), testing::MatchesRegex("....-..-..T..:..:..\\....Z"));
  line.erase("time");
  EXPECT_EQ(
      line,
      Json::parse(
          R"({"event": "rank", "rank": 3, "seconds": 0.5, "host": "a \"b\"\n", "files": ["x", "y"],
                                  "mean": {"decode": 1.5}})"));
}

TEST_F(EventLogTest, an_older_log_is_gone_on_with) {
  EventLog(folder_ / "run.jsonl").write("start", {});
  EventLog(folder_ / "run.jsonl").write("start", {});
  EXPECT_EQ(lines().size(), 2U);
}

TEST_F(EventLogTest, text_that_is_no_utf_8_and_numbers_that_are_none_stay_json) {
  EventLog(folder_ / "run.jsonl").write("warning", {{"message", "\xFF"}, {"value", std::nan("")}});
  ASSERT_EQ(lines().size(), 1U);
  EXPECT_EQ(lines()[0]["message"], "\xEF\xBF\xBD");
  EXPECT_TRUE(lines()[0]["value"].is_null());
}

TEST_F(EventLogTest, lines_of_several_threads_stay_whole) {
  EventLog log(folder_ / "run.jsonl");
  std::vector<std::thread> threads;
  for (std::int64_t i = 0; i < 4; ++i) {
    threads.emplace_back([&log, i] {
      for (int n = 0; n < 50; ++n)
        log.write("progress", {{"thread", i}, {"text", std::string(300, 'x')}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(lines().size(), 200U);
}

TEST_F(EventLogTest, a_file_that_cannot_be_opened_is_refused) {
  EXPECT_THROW(EventLog(folder_ / "none" / "run.jsonl"), InputError);
}

TEST_F(EventLogTest, a_full_disk_is_one_warning) {
  EventLog log("/dev/full");
  std::vector<std::string> warnings;
  const WarningScope scope([&](const std::string& message) {
    warnings.push_back(message);
    log.write("warning", {{"message", message}});
  });
  testing::internal::CaptureStderr();
  log.write("start", {});
  log.write("end", {});
  testing::internal::GetCapturedStderr();
  EXPECT_THAT(warnings, testing::ElementsAre(testing::HasSubstr("--log-json cannot be written")));
}

TEST_F(EventLogTest, without_a_file_nothing_is_written) {
  testing::internal::CaptureStdout();
  EventLog().write("start", {{"n_ranks", std::int64_t{2}}});
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

}  // namespace
}  // namespace csm::test
