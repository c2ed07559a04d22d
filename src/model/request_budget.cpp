#include "request_budget.h"

#include <algorithm>
#include <string>
#include <thread>

#include "csm/model/backend.h"

namespace csm {

RequestBudget::RequestBudget(const ModelOptions& options) : asked_for_(options.max_requests) {
  if (options.max_requests) n_largest_ = *asked_for_ / options.n_ranks;
  if (options.requests_per_second)
    interval_ = std::chrono::duration<double>(options.n_ranks / *options.requests_per_second);
}

void RequestBudget::spend() {
  if (n_largest_ && n_spent_ >= *n_largest_) {
    throw BudgetSpent({"--max-requests " + std::to_string(*asked_for_) + " is spent", "",
                       "Run the same command again to go on."});
  }
  using Clock = std::chrono::steady_clock;
  if (interval_ && last_) {
    const auto next = *last_ + std::chrono::duration_cast<Clock::duration>(*interval_);
    std::this_thread::sleep_until(next);
    last_ = std::max(next, Clock::now());
  } else if (interval_) {
    last_ = Clock::now();
  }
  ++n_spent_;
}

}  // namespace csm
