#pragma once
#include <mpi.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <thread>

#include "csm/cluster/work_queue.h"

namespace csm {

/// One rank's side of the queue.
class WorkQueue::Side {
 public:
  Side() = default;
  virtual ~Side() = default;
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  virtual std::optional<std::int64_t> next() = 0;
  virtual bool has_plenty(int n_ahead) const = 0;
  virtual bool is_stopping() = 0;
  virtual void report(ProgressCount count) = 0;
  virtual void finish(ProgressCount count) = 0;
  void request_stop() noexcept { stop_ = true; }

 protected:
  std::atomic<bool> stop_ = false;
};

/// What travels between the ranks.
namespace queue_message {

inline constexpr int tag_to_server = 1;  ///< kind, done, failed
inline constexpr int tag_helping = 2;    ///< first item, number of items, items that are left
inline constexpr int tag_stop = 3;       ///< somebody wants to stop; empty, once for each rank at most
inline constexpr int tag_end = 4;        ///< all ranks have finished; whether a stop was sent

enum class Kind : std::int64_t { report, request, stop, last };

using ToServer = std::array<std::int64_t, 3>;
using Helping = std::array<std::int64_t, 3>;

}  // namespace queue_message

/// Whether each rank can have n_ahead items more than the one that it works on.
inline bool is_plenty(std::int64_t n_left, int n_ahead, int n_ranks) {
  return n_left > (static_cast<std::int64_t>(n_ahead) + 1) * n_ranks;
}

/// Sleeps between looks for a message: short at first, then longer.
class Nap {
 public:
  void take() {
    std::this_thread::sleep_for(length_);
    length_ = std::min<std::chrono::microseconds>(2 * length_, std::chrono::milliseconds(1));
  }
  void reset() { length_ = shortest; }

 private:
  static constexpr std::chrono::microseconds shortest{50};
  std::chrono::microseconds length_ = shortest;
};

/// Items rank, rank + n_ranks, ... of n_items, one after another.
class RoundRobin {
 public:
  RoundRobin(int rank, int n_ranks, std::int64_t n_items) : next_(rank), step_(n_ranks), n_items_(n_items) {}
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
