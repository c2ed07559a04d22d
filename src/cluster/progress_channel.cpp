#include "csm/cluster/progress_channel.h"

#include <array>
#include <utility>
#include <vector>

#include "communicator_state.h"

namespace csm {
namespace {

constexpr int progress_tag = 1;
constexpr auto shortest_pause = std::chrono::milliseconds(500);

using Message = std::array<std::int64_t, 3>;  ///< done, failed, 1 where it is the rank's last

}  // namespace

struct ProgressChannel::State {
  MPI_Comm comm = MPI_COMM_NULL;
  int rank = 0;
  std::function<void(ProgressCount)> on_change;
  std::vector<ProgressCount> counts;  ///< of every rank, on the root
  int n_finished = 0;
  Message outgoing{};
  MPI_Request request = MPI_REQUEST_NULL;
  std::chrono::steady_clock::time_point last_report;

  bool send(ProgressCount count) {
    int is_sent = 1;
    check_mpi(MPI_Test(&request, &is_sent, MPI_STATUS_IGNORE), "MPI_Test");
    if (is_sent == 0) return false;
    outgoing = {count.n_done, count.n_failed, 0};
    check_mpi(MPI_Isend(outgoing.data(), 3, MPI_INT64_T, 0, progress_tag, comm, &request), "MPI_Isend");
    return true;
  }

  void receive() {
    MPI_Status status;
    Message message{};
    check_mpi(MPI_Recv(message.data(), 3, MPI_INT64_T, MPI_ANY_SOURCE, progress_tag, comm, &status), "MPI_Recv");
    counts[static_cast<std::size_t>(status.MPI_SOURCE)] = {.n_done = message[0], .n_failed = message[1]};
    n_finished += message[2] == 1 ? 1 : 0;
  }

  void show() const {
    ProgressCount all;
    for (const ProgressCount& count : counts) {
      all.n_done += count.n_done;
      all.n_failed += count.n_failed;
    }
    on_change(all);
  }
};

ProgressChannel::ProgressChannel(const Communicator& communicator, std::function<void(ProgressCount)> on_change)
    : state_(std::make_unique<State>()) {
  state_->comm = communicator.state_->comm;
  state_->rank = communicator.rank();
  state_->on_change = std::move(on_change);
  state_->counts.resize(static_cast<std::size_t>(communicator.size()));
}

ProgressChannel::~ProgressChannel() = default;

void ProgressChannel::report(ProgressCount count) {
  if (state_->rank == 0) {
    state_->counts[0] = count;
    int has_message = 1;
    while (true) {
      check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, progress_tag, state_->comm, &has_message, MPI_STATUS_IGNORE), "MPI_Iprobe");
      if (has_message == 0) break;
      state_->receive();
    }
    state_->show();
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - state_->last_report < shortest_pause) return;
  if (state_->send(count)) state_->last_report = now;
}

void ProgressChannel::finish(ProgressCount count) {
  if (state_->rank == 0) {
    state_->counts[0] = count;
    state_->show();
    while (state_->n_finished + 1 < static_cast<int>(state_->counts.size())) {
      state_->receive();
      state_->show();
    }
    return;
  }
  check_mpi(MPI_Wait(&state_->request, MPI_STATUS_IGNORE), "MPI_Wait");
  const Message last = {count.n_done, count.n_failed, 1};
  check_mpi(MPI_Send(last.data(), 3, MPI_INT64_T, 0, progress_tag, state_->comm), "MPI_Send");
}

}  // namespace csm
