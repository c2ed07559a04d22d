#include "csm/cluster/work_queue.h"

#include <algorithm>
#include <utility>

#include "communicator_backend.h"
#include "work_queue_side.h"

namespace csm {
namespace {

class SingleQueue : public WorkQueueSide {
 public:
  SingleQueue(std::int64_t n_items, std::function<void(ProgressCount)> on_change)
      : items_(0, 1, n_items), on_change_(std::move(on_change)) {}
  std::optional<std::int64_t> next() override {
    return is_stopping() ? std::nullopt : items_.take();
  }
  bool has_plenty(int /*n_ahead*/) const override { return true; }
  bool is_stopping() override { return stop_.stop_requested(); }
  void report(ProgressCount count) override { on_change_(count); }
  void finish(ProgressCount count) override { on_change_(count); }

 private:
  RoundRobin items_;
  std::function<void(ProgressCount)> on_change_;
};

}  // namespace

std::unique_ptr<WorkQueueSide> make_single_queue(std::int64_t n_items,
                                                 std::function<void(ProgressCount)> on_change) {
  return std::make_unique<SingleQueue>(n_items, std::move(on_change));
}

std::int64_t chunk_size(std::int64_t n_left, int n_ranks) {
  return std::clamp<std::int64_t>(n_left / (8 * static_cast<std::int64_t>(n_ranks)), 1, 16);
}

WorkQueue::WorkQueue(const Communicator& communicator, std::int64_t n_items, Handout handout,
                     std::function<void(ProgressCount)> on_change)
    : side_(communicator.backend_->open_queue(n_items, handout, std::move(on_change))) {}

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
