#include <gmock/gmock.h>

#include "csm/store/rank_summary.h"

namespace csm::test {
namespace {

RankRow row(std::int64_t rank, double loop, double busy, double decode, double forward) {
  RankRow result;
  result.rank = rank;
  result.loop_seconds = loop;
  result.busy_seconds = busy;
  result.seconds_of_phase = {{"decode", decode}, {"forward", forward}};
  return result;
}

TEST(RankSummaryTest, gives_mean_largest_and_whose_it_is) {
  const RankSummary summary =
      summarise_ranks({row(0, 10, 4, 1, 3), row(1, 11, 8, 5, 3), row(2, 10, 9, 0, 2)});
  ASSERT_EQ(summary.phases.size(), 2U);
  EXPECT_EQ(summary.phases[0].phase, "decode");
  EXPECT_DOUBLE_EQ(summary.phases[0].mean_seconds, 2);
  EXPECT_EQ(summary.phases[0].largest_seconds, 5);
  EXPECT_EQ(summary.phases[0].slowest_rank, 1);
  EXPECT_EQ(summary.phases[1].slowest_rank, 0) << "the lowest of equal ones";
  EXPECT_EQ(summary.loop_seconds, 11);
  EXPECT_DOUBLE_EQ(summary.mean_busy_seconds, 7);
  EXPECT_EQ(summary.largest_busy_seconds, 9);
  EXPECT_EQ(summary.busiest_rank, 2);
  EXPECT_DOUBLE_EQ(summary.imbalance, 9.0 / 7);
  EXPECT_DOUBLE_EQ(summary.parallel_efficiency, 7.0 / 11);
}

TEST(RankSummaryTest, is_balanced_where_nothing_was_done) {
  for (const RankSummary& summary : {summarise_ranks({}), summarise_ranks({row(0, 0, 0, 0, 0)})}) {
    EXPECT_EQ(summary.imbalance, 1);
    EXPECT_EQ(summary.parallel_efficiency, 1);
  }
}

}  // namespace
}  // namespace csm::test
