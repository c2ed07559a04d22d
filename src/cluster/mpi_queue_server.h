#pragma once
#include <exception>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "mpi_work_queue.h"

namespace csm {

/// Rank 0 of several: deals items to itself by hand, to the others by a thread that makes all MPI
/// calls meanwhile.
class MpiQueueServer : public WorkQueueSide {
 public:
  MpiQueueServer(MPI_Comm comm, int n_ranks, std::int64_t n_items, Handout handout,
                 std::function<void(ProgressCount)> on_change);
  ~MpiQueueServer() override = default;  // its thread is asked to end, and joined

  std::optional<std::int64_t> next() override;
  bool has_plenty(int n_ahead) const override;
  bool is_stopping() override;
  void report(ProgressCount count) override;
  void finish(ProgressCount count) override;

 private:
  void serve(const std::stop_token& quit);
  bool answer_one();
  void send_stop();
  queue_message::Chunk deal();
  void show();
  void rethrow();

  MPI_Comm comm_;
  int n_ranks_;
  std::int64_t n_items_;
  Handout handout_;
  RoundRobin own_share_;
  std::function<void(ProgressCount)> on_change_;

  mutable std::mutex mutex_;  ///< guards all that follows; the thread never holds it inside MPI
  std::int64_t next_item_ = 0;
  std::vector<ProgressCount> counts_;
  int n_finished_ = 0;
  bool is_changed_ = false;
  std::exception_ptr error_;

  bool stop_is_sent_ = false;  ///< of the thread, and of the main thread once that has ended
  std::jthread thread_;        ///< the last member, so that it ends first
};

}  // namespace csm
