// Ranks that are threads of this process.
#include <algorithm>
#include <cstring>
#include <thread>
#include <utility>

#include "csm/cluster/thread_ranks.h"
#include "csm/core/error.h"
#include "thread_team.h"
#include "work_queue_side.h"

namespace csm {
namespace {

class ThreadBackend : public CommunicatorBackend {
 public:
  ThreadBackend(std::shared_ptr<ThreadTeam> team, int rank)
      : CommunicatorBackend({.rank = rank,
                             .size = team->n_ranks(),
                             .local_rank = rank,
                             .n_local_ranks = team->n_ranks(),
                             .host = host_name()}),
        team_(std::move(team)) {}

  void sum_to_root(std::span<std::int64_t> buffer, int root) override { add_up(buffer, root); }
  void sum_to_root(std::span<std::int32_t> buffer, int root) override { add_up(buffer, root); }

  std::vector<std::string> gather(const std::string& bytes, int root) override {
    std::vector<std::string> parts = exchange("gather", root, bytes);
    if (place_.rank != root) parts.clear();
    return parts;
  }

  std::vector<std::string> all_gather(const std::string& bytes) override {
    return exchange("all_gather", 0, bytes);
  }

  std::vector<std::string> all_gather_on_node(const std::string& bytes) override {
    return exchange("all_gather_on_node", 0, bytes);
  }

  std::string broadcast(const std::string& bytes, int root) override {
    return exchange("broadcast", root, place_.rank == root ? bytes : std::string())[root];
  }

  std::int64_t all_max(std::int64_t value) override {
    const std::vector<std::int64_t> values = exchange_numbers("all_max", value);
    return *std::max_element(values.begin(), values.end());
  }

  std::int64_t all_sum(std::int64_t value) override {
    std::int64_t sum = 0;
    for (const std::int64_t each : exchange_numbers("all_sum", value)) sum += each;
    return sum;
  }

  void barrier() override { exchange("barrier", 0, {}); }

  std::unique_ptr<WorkQueueSide> open_queue(std::int64_t n_items, Handout handout,
                                            std::function<void(ProgressCount)> on_change) override {
    if (place_.size == 1) return make_single_queue(n_items, std::move(on_change));
    return make_thread_queue(team_, team_->open_queue(n_queues_++, n_items), place_.rank, handout,
                             std::move(on_change));
  }

 private:
  std::vector<std::string> exchange(const std::string& call, int root, std::string bytes) {
    std::vector<std::string> parts;
    for (const auto& each : team_->exchange(
             place_.rank, {.call = call,
                          .root = root,
                          .bytes = std::make_shared<const std::string>(std::move(bytes))}))
      parts.push_back(*each.bytes);
    return parts;
  }

  std::vector<std::int64_t> exchange_numbers(const std::string& call, std::int64_t value) {
    std::vector<std::int64_t> values;
    for (const std::string& bytes :
         exchange(call, 0, std::string(reinterpret_cast<const char*>(&value), sizeof(value))))
      std::memcpy(&values.emplace_back(), bytes.data(), sizeof(value));
    return values;
  }

  template <class T>
  void add_up(std::span<T> buffer, int root) {
    const std::string own =
        place_.rank == root
            ? ""
            : std::string(reinterpret_cast<const char*>(buffer.data()), buffer.size_bytes());
    const auto parts = team_->exchange(
        place_.rank,
        {.call = "sum_to_root", .root = root, .bytes = std::make_shared<const std::string>(own)});
    if (place_.rank != root) return;
    std::vector<T> other(buffer.size());
    for (int rank = 0; rank < place_.size; ++rank) {
      if (rank == root) continue;
      const std::string& bytes = *parts[rank].bytes;
      CSM_EXPECT(bytes.size() == buffer.size_bytes());
      std::memcpy(other.data(), bytes.data(), bytes.size());
      std::transform(buffer.begin(), buffer.end(), other.begin(), buffer.begin(), std::plus<>());
    }
  }

  std::shared_ptr<ThreadTeam> team_;
  std::int64_t n_queues_ = 0;
};

}  // namespace

std::shared_ptr<CommunicatorBackend> make_thread_backend(std::shared_ptr<ThreadTeam> team,
                                                         int rank) {
  return std::make_shared<ThreadBackend>(std::move(team), rank);
}

void run_thread_ranks(int n_ranks, const std::function<void(const Communicator&)>& work) {
  const auto team = std::make_shared<ThreadTeam>(n_ranks);
  std::vector<std::thread> threads;
  threads.reserve(static_cast<std::size_t>(n_ranks));
  for (int rank = 0; rank < n_ranks; ++rank) {
    threads.emplace_back([&, rank] {
      std::exception_ptr error;
      try {
        work(Communicator(make_thread_backend(team, rank)));
      } catch (...) {
        error = std::current_exception();
      }
      team->leave(rank, error);
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (team->first_error()) std::rethrow_exception(team->first_error());
}

}  // namespace csm
