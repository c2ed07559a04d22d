#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "csm/cluster/work_queue.h"

namespace csm {

/// One rank's side of a work queue; its functions are those of WorkQueue, which takes care that
/// they are called one at a time, but for has_plenty and request_stop.
class WorkQueueSide {
 public:
  WorkQueueSide() = default;
  virtual ~WorkQueueSide() = default;
  WorkQueueSide(const WorkQueueSide&) = delete;
  WorkQueueSide& operator=(const WorkQueueSide&) = delete;

  virtual std::optional<std::int64_t> next() = 0;
  virtual bool has_plenty(int n_ahead) const = 0;
  virtual bool is_stopping() = 0;
  virtual void report(ProgressCount count) = 0;
  virtual void finish(ProgressCount count) = 0;
  void request_stop() noexcept { stop_.request_stop(); }

 protected:
  std::stop_source stop_;
};

/// The queue of the only rank there is.
std::unique_ptr<WorkQueueSide> make_single_queue(std::int64_t n_items,
                                                 std::function<void(ProgressCount)> on_change);

/// Whether each rank can have n_ahead items more than the one that it works on.
inline bool is_plenty(std::int64_t n_left, int n_ahead, int n_ranks) {
  return n_left > (static_cast<std::int64_t>(n_ahead) + 1) * n_ranks;
}

/// Items rank, rank + n_ranks, ... of n_items, one after another.
class RoundRobin {
 public:
  RoundRobin(int rank, int n_ranks, std::int64_t n_items)
      : next_(rank), step_(n_ranks), n_items_(n_items) {}
  std::optional<std::int64_t> take() {
    if (next_ >= n_items_) return std::nullopt;
    const std::int64_t item = next_;
    next_ += step_;
    return item;
  }

 private:
  std::int64_t next_;
  std::int64_t step_;
  std::int64_t n_items_;
};

}  // namespace csm
