#include "mpi_work_queue.h"

#include <utility>

#include "check_mpi.h"
#include "csm/core/sizes.h"
#include "mpi_queue_server.h"

namespace csm {
namespace {

using queue_message::Kind;

constexpr auto shortest_pause = std::chrono::milliseconds(500);  ///< between two reports

/// Any rank but 0.
class MpiQueueClient : public WorkQueueSide {
 public:
  MpiQueueClient(MPI_Comm comm, int rank, int n_ranks, std::int64_t n_items, Handout handout)
      : comm_(comm),
        n_ranks_(n_ranks),
        share_(rank, n_ranks, n_items),
        handout_(handout),
        chunk_{0, 0, n_items} {}

  std::optional<std::int64_t> next() override {
    if (is_stopping()) return std::nullopt;
    if (handout_ == Handout::round_robin) return share_.take();
    if (chunk_[1] == 0) ask();
    if (chunk_[1] == 0) return std::nullopt;
    chunk_[1] -= 1;
    return chunk_[0]++;
  }

  bool has_plenty(int n_ahead) const override {
    return handout_ == Handout::round_robin || chunk_[1] > 0 ||
           is_plenty(chunk_[2], n_ahead, n_ranks_);
  }

  bool is_stopping() override {
    if (stop_.stop_requested() && !std::exchange(stop_is_sent_, true)) send(Kind::stop);
    return stop_.stop_requested() || stop_has_come();
  }

  void report(ProgressCount count) override {
    count_ = count;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_report_ < shortest_pause) return;
    send(Kind::report);
    last_report_ = now;
  }

  void finish(ProgressCount count) override {
    count_ = count;
    if (stop_.stop_requested() && !std::exchange(stop_is_sent_, true)) send(Kind::stop);
    send(Kind::last);
    for (Backoff backoff; !has_message(queue_message::tag_end); backoff.sleep()) {
    }
    std::int64_t stop_was_sent = 0;
    check_mpi(MPI_Recv(&stop_was_sent, 1, MPI_INT64_T, 0, queue_message::tag_end, comm_,
                       MPI_STATUS_IGNORE),
              "MPI_Recv");
    // No message may be left for the next queue.
    if (stop_was_sent != 0 && !stop_has_arrived_) receive_stop();
  }

 private:
  void send(Kind kind) {
    const queue_message::ToServer message{static_cast<std::int64_t>(kind), count_.n_done,
                                          count_.n_failed};
    check_mpi(MPI_Send(message.data(), int_size(message), MPI_INT64_T, 0,
                       queue_message::tag_to_server, comm_),
              "MPI_Send");
  }

  bool has_message(int tag) const {
    int is_there = 0;
    check_mpi(MPI_Iprobe(0, tag, comm_, &is_there, MPI_STATUS_IGNORE), "MPI_Iprobe");
    return is_there != 0;
  }

  bool stop_has_come() {
    if (!stop_has_arrived_ && has_message(queue_message::tag_stop)) receive_stop();
    return stop_has_arrived_;
  }

  void receive_stop() {
    check_mpi(
        MPI_Recv(nullptr, 0, MPI_INT64_T, 0, queue_message::tag_stop, comm_, MPI_STATUS_IGNORE),
        "MPI_Recv");
    stop_has_arrived_ = true;
  }

  /// Waits asleep: MPI_Recv would keep a core busy that another rank may need.
  void ask() {
    send(Kind::request);
    for (Backoff backoff; !has_message(queue_message::tag_chunk); backoff.sleep()) {
    }
    check_mpi(MPI_Recv(chunk_.data(), int_size(chunk_), MPI_INT64_T, 0, queue_message::tag_chunk,
                       comm_, MPI_STATUS_IGNORE),
              "MPI_Recv");
  }

  MPI_Comm comm_;
  int n_ranks_;
  RoundRobin share_;
  Handout handout_;
  queue_message::Chunk chunk_;
  ProgressCount count_;
  std::chrono::steady_clock::time_point last_report_;
  bool stop_is_sent_ = false;
  bool stop_has_arrived_ = false;
};

}  // namespace

std::unique_ptr<WorkQueueSide> make_mpi_queue(MPI_Comm comm, std::int64_t n_items, Handout handout,
                                              std::function<void(ProgressCount)> on_change) {
  int rank = 0;
  int n_ranks = 1;
  check_mpi(MPI_Comm_rank(comm, &rank), "MPI_Comm_rank");
  check_mpi(MPI_Comm_size(comm, &n_ranks), "MPI_Comm_size");
  if (n_ranks == 1) return make_single_queue(n_items, std::move(on_change));
  if (rank == 0)
    return std::make_unique<MpiQueueServer>(comm, n_ranks, n_items, handout, std::move(on_change));
  return std::make_unique<MpiQueueClient>(comm, rank, n_ranks, n_items, handout);
}

}  // namespace csm
