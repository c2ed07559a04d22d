#include <utility>

#include "thread_team.h"
#include "work_queue_side.h"

namespace csm {
namespace {

class ThreadQueueSide : public WorkQueueSide {
 public:
  ThreadQueueSide(std::shared_ptr<ThreadTeam> team, std::shared_ptr<ThreadTeam::Queue> queue,
                  int rank, Handout handout, std::function<void(ProgressCount)> on_change)
      : team_(std::move(team)),
        queue_(std::move(queue)),
        rank_(static_cast<std::size_t>(rank)),
        handout_(handout),
        share_(rank, team_->n_ranks(), queue_->n_items),
        on_change_(std::move(on_change)) {}

  std::optional<std::int64_t> next() override {
    const auto turn = team_->take_turn();
    if (passes_stop_on()) return std::nullopt;
    if (handout_ == Handout::round_robin) return share_.take();
    if (queue_->next_item >= queue_->n_items) return std::nullopt;
    return queue_->next_item++;
  }

  bool has_plenty(int n_ahead) const override {
    if (handout_ == Handout::round_robin) return true;
    const auto turn = team_->take_turn_quietly();
    return is_plenty(queue_->n_items - queue_->next_item, n_ahead, team_->n_ranks());
  }

  bool is_stopping() override {
    const auto turn = team_->take_turn();
    return passes_stop_on();
  }

  void report(ProgressCount count) override {
    auto turn = team_->take_turn();
    queue_->counts[rank_] = count;
    show(std::move(turn));
  }

  void finish(ProgressCount count) override {
    auto turn = team_->take_turn();
    passes_stop_on();
    queue_->counts[rank_] = count;
    ++queue_->n_finished;
    team_->wake();
    team_->wait(turn, [&] { return queue_->n_finished == team_->n_ranks(); });
    show(std::move(turn));
  }

 private:
  bool passes_stop_on() {
    if (stop_.stop_requested()) queue_->stops = true;
    return queue_->stops;
  }

  /// Rank 0 reports to its caller what all ranks have done, outside of its turn.
  void show(std::unique_lock<std::mutex> turn) {
    if (rank_ != 0) return;
    const ProgressCount all = queue_->total();
    turn.unlock();
    on_change_(all);
  }

  std::shared_ptr<ThreadTeam> team_;
  std::shared_ptr<ThreadTeam::Queue> queue_;
  std::size_t rank_;
  Handout handout_;
  RoundRobin share_;
  std::function<void(ProgressCount)> on_change_;
};

}  // namespace

std::unique_ptr<WorkQueueSide> make_thread_queue(std::shared_ptr<ThreadTeam> team,
                                                 std::shared_ptr<ThreadTeam::Queue> queue, int rank,
                                                 Handout handout,
                                                 std::function<void(ProgressCount)> on_change) {
  return std::make_unique<ThreadQueueSide>(std::move(team), std::move(queue), rank, handout,
                                           std::move(on_change));
}

}  // namespace csm
