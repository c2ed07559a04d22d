#include "mpi_queue_server.h"

#include <utility>

#include "check_mpi.h"
#include "csm/core/log.h"
#include "csm/core/sizes.h"

namespace csm {

using queue_message::Kind;

MpiQueueServer::MpiQueueServer(MPI_Comm comm, int n_ranks, std::int64_t n_items, Handout handout,
                               std::function<void(ProgressCount)> on_change)
    : comm_(comm),
      n_ranks_(n_ranks),
      n_items_(n_items),
      handout_(handout),
      own_share_(0, n_ranks, n_items),
      on_change_(std::move(on_change)),
      counts_(static_cast<std::size_t>(n_ranks)),
      thread_([this, listener = current_warning_listener()](const std::stop_token& quit) {
        const WarningScope scope(listener);
        serve(quit);
      }) {}

void MpiQueueServer::rethrow() {
  const std::lock_guard lock(mutex_);
  if (error_) std::rethrow_exception(error_);
}

bool MpiQueueServer::is_stopping() {
  rethrow();
  return stop_.stop_requested();
}

bool MpiQueueServer::has_plenty(int n_ahead) const {
  if (handout_ == Handout::round_robin) return true;
  const std::lock_guard lock(mutex_);
  return is_plenty(n_items_ - next_item_, n_ahead, n_ranks_);
}

std::optional<std::int64_t> MpiQueueServer::next() {
  if (is_stopping()) return std::nullopt;
  if (handout_ == Handout::round_robin) return own_share_.take();
  // One by one: it costs no message, and what is not taken yet others can take.
  const std::lock_guard lock(mutex_);
  if (next_item_ >= n_items_) return std::nullopt;
  return next_item_++;
}

void MpiQueueServer::report(ProgressCount count) {
  const std::lock_guard lock(mutex_);
  counts_[0] = count;
  is_changed_ = true;
}

queue_message::Chunk MpiQueueServer::deal() {
  const std::lock_guard lock(mutex_);
  if (stop_.stop_requested() || next_item_ >= n_items_) return {n_items_, 0, 0};
  const std::int64_t size = chunk_size(n_items_ - next_item_, n_ranks_);
  const std::int64_t first = std::exchange(next_item_, next_item_ + size);
  return {first, size, n_items_ - next_item_};
}

bool MpiQueueServer::answer_one() {
  int has_message = 0;
  MPI_Status status;
  check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, queue_message::tag_to_server, comm_, &has_message, &status),
            "MPI_Iprobe");
  if (has_message == 0) return false;

  // A message of any rank: a wish to stop, counts, or a request for items with its counts.
  queue_message::ToServer message{};
  const int source = status.MPI_SOURCE;
  check_mpi(MPI_Recv(message.data(), int_size(message), MPI_INT64_T, source,
                     queue_message::tag_to_server, comm_, MPI_STATUS_IGNORE),
            "MPI_Recv");
  const auto kind = static_cast<Kind>(message[0]);
  if (kind == Kind::stop) {
    stop_.request_stop();
    return true;
  }
  {
    const std::lock_guard lock(mutex_);
    counts_[source] = {.n_done = message[1], .n_failed = message[2]};
    is_changed_ = true;
    if (kind == Kind::last) ++n_finished_;
  }

  if (kind == Kind::request) {
    const queue_message::Chunk dealt = deal();
    check_mpi(MPI_Send(dealt.data(), int_size(dealt), MPI_INT64_T, source, queue_message::tag_chunk,
                       comm_),
              "MPI_Send");
  }
  return true;
}

void MpiQueueServer::send_stop() {
  if (std::exchange(stop_is_sent_, true)) return;
  for (int rank = 1; rank < n_ranks_; ++rank) {
    check_mpi(MPI_Send(nullptr, 0, MPI_INT64_T, rank, queue_message::tag_stop, comm_), "MPI_Send");
  }
}

void MpiQueueServer::show() {
  ProgressCount all;
  {
    const std::lock_guard lock(mutex_);
    if (!std::exchange(is_changed_, false)) return;
    for (const ProgressCount& count : counts_) {
      all.n_done += count.n_done;
      all.n_failed += count.n_failed;
    }
  }
  on_change_(all);
}

void MpiQueueServer::serve(const std::stop_token& quit) {
  try {
    Backoff backoff;
    while (!quit.stop_requested()) {
      if (stop_.stop_requested()) send_stop();
      if (answer_one()) {
        backoff.reset();
        continue;
      }
      show();
      {
        const std::lock_guard lock(mutex_);
        if (n_finished_ == n_ranks_) return;
      }
      backoff.sleep();
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    error_ = std::current_exception();
  }
}

void MpiQueueServer::finish(ProgressCount count) {
  {
    const std::lock_guard lock(mutex_);
    counts_[0] = count;
    is_changed_ = true;
    ++n_finished_;
  }
  thread_.join();
  rethrow();
  show();
  const std::int64_t stop_was_sent = stop_is_sent_ ? 1 : 0;
  for (int rank = 1; rank < n_ranks_; ++rank) {
    check_mpi(MPI_Send(&stop_was_sent, 1, MPI_INT64_T, rank, queue_message::tag_end, comm_),
              "MPI_Send");
  }
}

}  // namespace csm
