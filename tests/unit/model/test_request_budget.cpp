#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "csm/model/backend.h"
#include "request_budget.h"
#include "support/message_of.h"

namespace csm {
namespace {

using ::testing::HasSubstr;

TEST(RequestBudget, is_shared_by_the_ranks) {
  ModelOptions options;
  options.max_requests = 7;
  options.n_ranks = 2;
  RequestBudget budget(options);
  for (int i = 0; i < 3; ++i) budget.spend();
  EXPECT_THAT(test::message_of<BudgetSpent>([&] { budget.spend(); }),
              HasSubstr("--max-requests 7 is spent"));
  EXPECT_EQ(budget.n_spent(), 3);
}

TEST(RequestBudget, keeps_to_the_rate_of_all_ranks) {
  ModelOptions options;
  options.requests_per_second = 50;
  options.n_ranks = 2;
  RequestBudget budget(options);
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 4; ++i) budget.spend();
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(3 * 40));
}

TEST(RequestBudget, is_endless_unless_somebody_sets_it) {
  RequestBudget budget{ModelOptions{}};
  for (int i = 0; i < 1000; ++i) budget.spend();
  EXPECT_EQ(budget.n_spent(), 1000);
}

}  // namespace
}  // namespace csm
