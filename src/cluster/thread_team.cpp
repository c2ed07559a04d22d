#include "thread_team.h"

#include <utility>

#include "csm/core/error.h"

namespace csm {

ProgressCount ThreadTeam::Queue::total() const {
  ProgressCount all;
  for (const ProgressCount& count : counts) all = all + count;
  return all;
}

ThreadTeam::ThreadTeam(int n_ranks) : slots_(static_cast<std::size_t>(n_ranks)) {
  CSM_EXPECT(n_ranks >= 1);
}

void ThreadTeam::fail_of_lost_rank() const {
  throw RunError(
      {"rank " + std::to_string(first_left_) + " has ended while others still had to meet it",
       "the ranks can no longer finish the run together", "See the error of that rank."});
}

std::unique_lock<std::mutex> ThreadTeam::take_turn() {
  std::unique_lock turn(mutex_);
  if (first_left_ >= 0) fail_of_lost_rank();
  return turn;
}

void ThreadTeam::wait(std::unique_lock<std::mutex>& turn, const std::function<bool()>& condition) {
  changed_.wait(turn, [&] { return condition() || first_left_ >= 0; });
  // Who has ended afterwards is met at the next call: what was waited for is there.
  if (!condition()) fail_of_lost_rank();
}

void ThreadTeam::meet(std::unique_lock<std::mutex>& turn) {
  const std::int64_t meeting = n_meetings_;
  if (++n_arrived_ == n_ranks()) {
    n_arrived_ = 0;
    ++n_meetings_;
    wake();
    return;
  }
  wait(turn, [&] { return n_meetings_ != meeting; });
}

std::vector<ThreadTeam::Contribution> ThreadTeam::exchange(int rank, const Contribution& own) {
  std::unique_lock turn = take_turn();
  slots_[rank] = own;
  meet(turn);
  std::vector<Contribution> all = slots_;

  // Nobody may bring anything new before all have seen this.
  meet(turn);
  turn.unlock();
  for (const Contribution& other : all) {
    if (other.call == own.call && other.root == own.root) continue;
    throw RunError("rank " + std::to_string(rank) + " is in " + own.call + " of root " +
                   std::to_string(own.root) + " while another is in " + other.call + " of root " +
                   std::to_string(other.root) +
                   " (all ranks must call the same collectives in the same order).");
  }
  return all;
}

std::shared_ptr<ThreadTeam::Queue> ThreadTeam::open_queue(std::int64_t number,
                                                          std::int64_t n_items) {
  const std::unique_lock turn = take_turn();
  std::erase_if(queues_, [](const auto& entry) { return entry.second.expired(); });
  std::shared_ptr<Queue> queue = queues_[number].lock();
  if (!queue) {
    queue = std::make_shared<Queue>();
    queue->n_items = n_items;
    queue->counts.resize(slots_.size());
    queues_[number] = queue;
  }
  CSM_EXPECT(queue->n_items == n_items);
  return queue;
}

void ThreadTeam::leave(int rank, std::exception_ptr error) {
  {
    const std::lock_guard turn(mutex_);
    if (first_left_ < 0) first_left_ = rank;
    if (error && !first_error_) first_error_ = std::move(error);
  }
  wake();
}

}  // namespace csm
