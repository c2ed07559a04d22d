#include "csm/cluster/work_queue.h"

#include <algorithm>
#include <utility>

#include "communicator_state.h"
#include "work_queue_server.h"
#include "work_queue_side.h"

namespace csm {
namespace {

using queue_message::Kind;

constexpr auto shortest_pause = std::chrono::milliseconds(500);  ///< between two reports

}  // namespace

/// The only rank there is.
class WorkQueue::Alone : public Side {
 public:
  Alone(std::int64_t n_items, std::function<void(ProgressCount)> on_change)
      : items_(0, 1, n_items), on_change_(std::move(on_change)) {}
  std::optional<std::int64_t> next() override { return stop_ ? std::nullopt : items_.take(); }
  bool has_plenty(int) const override { return true; }
  bool is_stopping() override { return stop_; }
  void report(ProgressCount count) override { on_change_(count); }
  void finish(ProgressCount count) override { on_change_(count); }

 private:
  RoundRobin items_;
  std::function<void(ProgressCount)> on_change_;
};

/// Any rank but 0.
class WorkQueue::Client : public Side {
 public:
  Client(MPI_Comm comm, int rank, int n_ranks, std::int64_t n_items, Handout handout)
      : comm_(comm), n_ranks_(n_ranks), share_(rank, n_ranks, n_items), handout_(handout), helping_{0, 0, n_items} {}

  std::optional<std::int64_t> next() override {
    if (is_stopping()) return std::nullopt;
    if (handout_ == Handout::round_robin) return share_.take();
    if (helping_[1] == 0) ask();
    if (helping_[1] == 0) return std::nullopt;
    helping_[1] -= 1;
    return helping_[0]++;
  }

  bool has_plenty(int n_ahead) const override {
    return handout_ == Handout::round_robin || helping_[1] > 0 || is_plenty(helping_[2], n_ahead, n_ranks_);
  }

  bool is_stopping() override {
    if (stop_ && !std::exchange(stop_is_told_, true)) send(Kind::stop);
    return stop_ || stop_has_come();
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
    if (stop_ && !std::exchange(stop_is_told_, true)) send(Kind::stop);
    send(Kind::last);
    for (Nap nap; !has_message(queue_message::tag_end); nap.take()) {
    }
    std::int64_t stop_was_sent = 0;
    check_mpi(MPI_Recv(&stop_was_sent, 1, MPI_INT64_T, 0, queue_message::tag_end, comm_, MPI_STATUS_IGNORE),
              "MPI_Recv");
    // No message may be left for the next queue.
    if (stop_was_sent != 0 && !stop_has_arrived_) receive_stop();
  }

 private:
  void send(Kind kind) {
    const queue_message::ToServer message{static_cast<std::int64_t>(kind), count_.n_done, count_.n_failed};
    check_mpi(
        MPI_Send(message.data(), static_cast<int>(message.size()), MPI_INT64_T, 0, queue_message::tag_to_server, comm_),
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
    check_mpi(MPI_Recv(nullptr, 0, MPI_INT64_T, 0, queue_message::tag_stop, comm_, MPI_STATUS_IGNORE), "MPI_Recv");
    stop_has_arrived_ = true;
  }

  /// Waits asleep: MPI_Recv would keep a core busy that another rank may need.
  void ask() {
    send(Kind::request);
    for (Nap nap; !has_message(queue_message::tag_helping); nap.take()) {
    }
    check_mpi(MPI_Recv(helping_.data(), static_cast<int>(helping_.size()), MPI_INT64_T, 0, queue_message::tag_helping,
                       comm_, MPI_STATUS_IGNORE),
              "MPI_Recv");
  }

  MPI_Comm comm_;
  int n_ranks_;
  RoundRobin share_;
  Handout handout_;
  queue_message::Helping helping_;
  ProgressCount count_;
  std::chrono::steady_clock::time_point last_report_;
  bool stop_is_told_ = false;
  bool stop_has_arrived_ = false;
};

std::int64_t helping_size(std::int64_t n_left, int n_ranks) {
  return std::clamp<std::int64_t>(n_left / (8 * static_cast<std::int64_t>(n_ranks)), 1, 16);
}

WorkQueue::WorkQueue(const Communicator& communicator, std::int64_t n_items, Handout handout,
                     std::function<void(ProgressCount)> on_change) {
  const MPI_Comm comm = communicator.state_->comm;
  const int rank = communicator.rank();
  const int n_ranks = communicator.size();
  if (n_ranks == 1) {
    side_ = std::make_unique<Alone>(n_items, std::move(on_change));
  } else if (rank == 0) {
    side_ = std::make_unique<Server>(comm, n_ranks, n_items, handout, std::move(on_change));
  } else {
    side_ = std::make_unique<Client>(comm, rank, n_ranks, n_items, handout);
  }
}

WorkQueue::~WorkQueue() = default;

std::optional<std::int64_t> WorkQueue::next() {
  const std::lock_guard turn(turn_);
  return side_->next();
}

bool WorkQueue::has_plenty(int n_ahead) const { return side_->has_plenty(n_ahead); }

bool WorkQueue::is_stopping() {
  const std::lock_guard turn(turn_);
  return side_->is_stopping();
}

void WorkQueue::report(ProgressCount count) {
  const std::lock_guard turn(turn_);
  side_->report(count);
}

void WorkQueue::request_stop() noexcept { side_->request_stop(); }
void WorkQueue::finish(ProgressCount count) { side_->finish(count); }

}  // namespace csm
