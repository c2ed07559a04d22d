#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "csm/cluster/communicator.h"

namespace csm {

/// Images done and failed.
struct ProgressCount {
  std::int64_t n_done = 0;
  std::int64_t n_failed = 0;
};

/// Carries each rank's counts to the root while the ranks compute: small messages that the sender does not wait for and
/// that the root collects between its own images. Nobody is held up by a slow rank.
class ProgressChannel {
 public:
  /// @param on_change called on the root with the counts of all ranks
  ProgressChannel(const Communicator& communicator, std::function<void(ProgressCount)> on_change);
  ~ProgressChannel();
  ProgressChannel(const ProgressChannel&) = delete;
  ProgressChannel& operator=(const ProgressChannel&) = delete;

  /// Says this rank's counts so far. Sends at most one message in half a second; never waits.
  void report(ProgressCount count);

  /// Says this rank's last counts; the root returns when it has heard the last of all. @note Collective.
  void finish(ProgressCount count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csm
