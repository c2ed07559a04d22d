// One rank by itself: every collective is already done.
#include <unistd.h>

#include <array>

#include "communicator_backend.h"
#include "csm/core/error.h"
#include "work_queue_side.h"

namespace csm {
namespace {

class SingleBackend : public CommunicatorBackend {
 public:
  SingleBackend()
      : CommunicatorBackend(
            {.rank = 0, .size = 1, .local_rank = 0, .n_local_ranks = 1, .host = host_name()}) {}

  void sum_to_root(std::span<std::int64_t> /*buffer*/, int root) override { CSM_EXPECT(root == 0); }
  void sum_to_root(std::span<std::int32_t> /*buffer*/, int root) override { CSM_EXPECT(root == 0); }
  std::vector<std::string> gather(const std::string& bytes, int root) override {
    CSM_EXPECT(root == 0);
    return {bytes};
  }
  std::vector<std::string> all_gather(const std::string& bytes) override { return {bytes}; }
  std::vector<std::string> all_gather_on_node(const std::string& bytes) override { return {bytes}; }
  std::string broadcast(const std::string& bytes, int root) override {
    CSM_EXPECT(root == 0);
    return bytes;
  }
  std::int64_t all_max(std::int64_t value) override { return value; }
  std::int64_t all_sum(std::int64_t value) override { return value; }
  void barrier() override {}

  std::unique_ptr<WorkQueueSide> open_queue(std::int64_t n_items, Handout /*handout*/,
                                            std::function<void(ProgressCount)> on_change) override {
    return make_single_queue(n_items, std::move(on_change));
  }
};

}  // namespace

std::string host_name() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') return "localhost";
  return name.data();
}

std::shared_ptr<CommunicatorBackend> make_single_backend() {
  return std::make_shared<SingleBackend>();
}

}  // namespace csm
