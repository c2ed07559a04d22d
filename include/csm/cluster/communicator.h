#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace csm {

/// All ranks of the program. The only way in which other stages talk between ranks.
/// Every function but the observers is collective: called by all ranks in the same order.
class Communicator {
 public:
  /// A duplicate of the world, so that nobody else's messages meet ours. @note Collective.
  Communicator();
  ~Communicator();
  Communicator(Communicator&&) noexcept;
  Communicator& operator=(Communicator&&) noexcept;

  int rank() const;
  int size() const;
  bool is_root() const { return rank() == 0; }

  /// This rank's number among the ranks that share its memory, and how many they are.
  int local_rank() const;
  int n_local_ranks() const;

  const std::string& host() const;

  /// Adds up the buffers of all ranks into the root's (MPI_Reduce); the others' are unspecified afterwards.
  /// @pre the buffer has the same size on all ranks @note Collective.
  /// Errors: RunError of MPI. Overflow is the caller's to exclude.
  void sum_to_root(std::span<std::int64_t> buffer, int root = 0) const;
  void sum_to_root(std::span<std::int32_t> buffer, int root = 0) const;

  /// The bytes of every rank, by rank, on the root; empty elsewhere. @note Collective.
  std::vector<std::string> gather(const std::string& bytes, int root = 0) const;

  /// The bytes of every rank, by rank, on all ranks. @note Collective.
  std::vector<std::string> all_gather(const std::string& bytes) const;

  /// The bytes of the ranks that share this rank's memory, by local rank, on each of them. @note Collective.
  std::vector<std::string> all_gather_on_node(const std::string& bytes) const;

  /// The root's bytes on all ranks. @note Collective.
  std::string broadcast(const std::string& bytes, int root = 0) const;

  /// The largest and the sum of a number over all ranks, on all ranks. @note Collective.
  std::int64_t all_max(std::int64_t value) const;
  std::int64_t all_sum(std::int64_t value) const;

  void barrier() const;

 private:
  friend class WorkQueue;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csm
