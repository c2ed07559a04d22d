#pragma once
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "communicator_backend.h"
#include "csm/cluster/work_queue.h"
#include "csm/core/sizes.h"

namespace csm {

/// The memory that ranks which are threads share: where they meet, and what they give each other.
class ThreadTeam {
 public:
  explicit ThreadTeam(int n_ranks);

  int n_ranks() const { return int_size(slots_); }

  /// What a rank brings to a collective. All ranks must bring the same call and root.
  struct Contribution {
    std::string call;  ///< the collective's name
    int root = 0;
    std::shared_ptr<const std::string> bytes;
  };

  /// Gives what all ranks brought, by rank, once all have come.
  /// Errors: RunError if a rank has ended, or has come to another collective.
  std::vector<Contribution> exchange(int rank, const Contribution& own);

  /// Work that several ranks share, dealt under the team's mutex.
  struct Queue {
    std::int64_t n_items = 0;
    std::int64_t next_item = 0;
    std::vector<ProgressCount> counts;
    int n_finished = 0;
    bool stops = false;

    ProgressCount total() const;
  };

  /// The number-th queue of the run, made by the first rank that asks for it.
  std::shared_ptr<Queue> open_queue(std::int64_t number, std::int64_t n_items);

  /// A turn with what the ranks share. Errors: RunError if a rank has ended.
  std::unique_lock<std::mutex> take_turn();

  /// A turn without that look, for what must not throw.
  std::unique_lock<std::mutex> take_turn_quietly() { return std::unique_lock(mutex_); }

  /// Waits, within a turn, until a condition on what the ranks share holds. Errors: RunError if a
  /// rank has ended.
  void wait(std::unique_lock<std::mutex>& turn, const std::function<bool()>& condition);

  /// Lets those who wait look again.
  void wake() { changed_.notify_all(); }

  /// A rank has ended, with an error or without. From now on nobody waits for it.
  void leave(int rank, std::exception_ptr error);

  /// The first error in time that a rank ended with. @pre all ranks have left
  std::exception_ptr first_error() const { return first_error_; }

 private:
  /// Waits until all ranks have come here.
  void meet(std::unique_lock<std::mutex>& turn);
  [[noreturn]] void fail_of_lost_rank() const;

  std::mutex mutex_;  ///< guards all that follows
  std::condition_variable changed_;
  std::vector<Contribution> slots_;  ///< by rank
  int n_arrived_ = 0;
  std::int64_t n_meetings_ = 0;
  std::map<std::int64_t, std::weak_ptr<Queue>> queues_;
  int first_left_ = -1;  ///< the rank that ended first; -1: none
  std::exception_ptr first_error_;
};

/// One rank of a team of threads.
std::shared_ptr<CommunicatorBackend> make_thread_backend(std::shared_ptr<ThreadTeam> team,
                                                         int rank);

/// This rank's side of a queue of its team.
std::unique_ptr<WorkQueueSide> make_thread_queue(std::shared_ptr<ThreadTeam> team,
                                                 std::shared_ptr<ThreadTeam::Queue> queue, int rank,
                                                 Handout handout,
                                                 std::function<void(ProgressCount)> on_change);

}  // namespace csm
