#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "csm/model/model_options.h"

namespace csm {

/// A rank's share of what all ranks may ask together.
class RequestBudget {
 public:
  explicit RequestBudget(const ModelOptions& options);

  /// Waits until the next request may be sent, and counts it. Errors: BudgetSpent.
  void spend();

  std::int64_t n_spent() const { return n_spent_; }

 private:
  std::optional<std::int64_t> asked_for_;  ///< --max-requests, for the message
  std::optional<std::int64_t> n_largest_;
  std::optional<std::chrono::duration<double>> interval_;
  std::optional<std::chrono::steady_clock::time_point> last_;
  std::int64_t n_spent_ = 0;
};

}  // namespace csm
