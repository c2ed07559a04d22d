#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "csm/cluster/work_queue.h"

namespace csm {

class WorkQueueSide;

/// What carries the messages of a Communicator: one object a rank. Its functions are those of
/// Communicator, which says what they promise.
class CommunicatorBackend {
 public:
  struct Place {
    int rank = 0;
    int size = 1;
    int local_rank = 0;
    int n_local_ranks = 1;
    std::string host;
  };

  explicit CommunicatorBackend(Place place) : place_(std::move(place)) {}
  virtual ~CommunicatorBackend() = default;
  CommunicatorBackend(const CommunicatorBackend&) = delete;
  CommunicatorBackend& operator=(const CommunicatorBackend&) = delete;

  const Place& place() const { return place_; }

  virtual void sum_to_root(std::span<std::int64_t> buffer, int root) = 0;
  virtual void sum_to_root(std::span<std::int32_t> buffer, int root) = 0;
  virtual std::vector<std::string> gather(const std::string& bytes, int root) = 0;
  virtual std::vector<std::string> all_gather(const std::string& bytes) = 0;
  virtual std::vector<std::string> all_gather_on_node(const std::string& bytes) = 0;
  virtual std::string broadcast(const std::string& bytes, int root) = 0;
  virtual std::int64_t all_max(std::int64_t value) = 0;
  virtual std::int64_t all_sum(std::int64_t value) = 0;
  virtual void barrier() = 0;

  /// This rank's side of a new work queue. @pre the communicator has several ranks
  virtual std::unique_ptr<WorkQueueSide> open_queue(
      std::int64_t n_items, Handout handout, std::function<void(ProgressCount)> on_change) = 0;

 protected:
  Place place_;
};

std::shared_ptr<CommunicatorBackend> make_mpi_backend();
std::shared_ptr<CommunicatorBackend> make_single_backend();

/// The name of this machine, as the system tells it.
std::string host_name();

}  // namespace csm
