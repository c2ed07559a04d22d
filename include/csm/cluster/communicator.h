#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace csm {

class CommunicatorBackend;

/// A handle on all ranks of a run, copied freely. The only way in which other stages talk between
/// ranks. What carries the messages is its backend: MPI, nothing (one rank), or the memory of this
/// process (ranks that are threads, see thread_ranks.h). Every function but the observers is
/// collective: called by all ranks in the same order.
class Communicator {
 public:
  /// All ranks of the MPI job, on a duplicate of MPI's own communicator, so that nobody else's
  /// messages meet ours.
  /// @pre an MpiSession lives longer than the last copy @note Collective.
  static Communicator world();

  /// One rank by itself, without MPI.
  static Communicator single();

  /// For the backends' own files.
  explicit Communicator(std::shared_ptr<CommunicatorBackend> backend);

  int rank() const;
  int size() const;
  bool is_root() const { return rank() == 0; }

  /// This rank's number among the ranks that share its memory, and how many they are.
  int local_rank() const;
  int n_local_ranks() const;

  const std::string& host() const;

  /// Adds up the buffers of all ranks into the root's; the others' are unspecified afterwards.
  /// @pre the buffer has the same size on all ranks @note Collective.
  /// Errors: RunError of the backend. Overflow is the caller's to exclude.
  void sum_to_root(std::span<std::int64_t> buffer, int root = 0) const;
  void sum_to_root(std::span<std::int32_t> buffer, int root = 0) const;

  /// The bytes of every rank, by rank, on the root; empty elsewhere. @note Collective.
  std::vector<std::string> gather(const std::string& bytes, int root = 0) const;

  /// The bytes of every rank, by rank, on all ranks. @note Collective.
  std::vector<std::string> all_gather(const std::string& bytes) const;

  /// The bytes of the ranks that share this rank's memory, by local rank, on each of them. @note
  /// Collective.
  std::vector<std::string> all_gather_on_node(const std::string& bytes) const;

  /// The root's bytes on all ranks. @note Collective.
  std::string broadcast(const std::string& bytes, int root = 0) const;

  /// The largest and the sum of a number over all ranks, on all ranks. @note Collective.
  std::int64_t all_max(std::int64_t value) const;
  std::int64_t all_sum(std::int64_t value) const;

  void barrier() const;

 private:
  friend class WorkQueue;
  std::shared_ptr<CommunicatorBackend> backend_;
};

}  // namespace csm
