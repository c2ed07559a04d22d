#include <gmock/gmock.h>

#include "csm/report/rank_lines.h"

namespace csm::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

RankRow row(std::int64_t rank, const std::string& host, std::int64_t n_threads = 1) {
  RankRow result;
  result.rank = rank;
  result.host = host;
  result.device = "cpu";
  result.n_threads = n_threads;
  return result;
}

RankRow gpu_row(std::int64_t rank, const std::string& host, const std::string& uuid) {
  RankRow result = row(rank, host, 4);
  result.device = "cuda:0";
  result.device_name = "NVIDIA H100";
  result.device_uuid = uuid;
  return result;
}

TEST(RankLinesTest, each_rank_has_its_line) {
  EXPECT_THAT(describe_ranks({row(0, "n1"), gpu_row(1, "n2", "0a-1")}),
              ElementsAre("rank 0 on n1: cpu, 1 thread",
                          "rank 1 on n2: cuda:0 NVIDIA H100 (0a-1), 4 threads"));
}

TEST(RankLinesTest, more_than_32_ranks_have_a_line_for_each_host) {
  std::vector<RankRow> ranks;
  for (std::int64_t rank = 0; rank < 32; ++rank)
    ranks.push_back(row(rank, rank % 2 == 0 ? "n9" : "n1"));
  EXPECT_EQ(describe_ranks(ranks).size(), 32U);
  ranks.push_back(row(32, "n1", 3));
  ranks.push_back(gpu_row(33, "n3", "a"));
  ranks.push_back(gpu_row(34, "n3", "b"));
  ranks.push_back(gpu_row(35, "n3", "b"));
  EXPECT_THAT(
      describe_ranks(ranks),
      ElementsAre(
          "n9: ranks 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, cpu, 1 thread each",
          "n1: ranks 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31-32, cpu, 1 to 3 "
          "threads each",
          "n3: ranks 33-35, 2 devices NVIDIA H100, 4 threads each"));
}

TEST(RankLinesTest, of_4096_ranks_on_64_hosts_is_64_short_lines) {
  std::vector<RankRow> ranks;
  for (std::int64_t rank = 0; rank < 4096; ++rank)
    ranks.push_back(row(rank, "node" + std::to_string(rank / 64)));
  const std::vector<std::string> lines = describe_ranks(ranks);
  ASSERT_EQ(lines.size(), 64U);
  EXPECT_EQ(lines[63], "node63: ranks 4032-4095, cpu, 1 thread each");
}

TEST(RunSummaryTextTest, leaves_out_phases_that_took_no_time) {
  RankSummary summary;
  summary.phases = {
      {.phase = "decode", .mean_seconds = 1.5, .largest_seconds = 2.25, .slowest_rank = 7},
      {.phase = "references", .mean_seconds = 0, .largest_seconds = 0, .slowest_rank = 0}};
  summary.imbalance = 1.25;
  summary.parallel_efficiency = 0.75;
  const std::string text = run_summary_text(summary);
  EXPECT_THAT(text, testing::ContainsRegex("decode +1.50 +2.25 +7\n"));
  EXPECT_THAT(text, Not(HasSubstr("references")));
  EXPECT_THAT(text, HasSubstr("imbalance 1.250"));
  EXPECT_THAT(text, HasSubstr("parallel efficiency 0.750"));
}

}  // namespace
}  // namespace csm::test
