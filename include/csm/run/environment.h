#pragma once
#include <chrono>
#include <functional>
#include <string>

#include "csm/cluster/communicator.h"
#include "csm/cluster/interrupts.h"
#include "csm/store/result.h"

namespace csm {

/// What a rank of a run finds around it, given by the program or by a test. One for each rank.
struct Environment {
  Communicator communicator;
  Interrupts& interrupts;  ///< of this rank
  std::string command;     ///< as it was typed, for the result file

  /// Called after each image that this rank has kept, on its own thread; may interrupt the run.
  std::function<void(const ImageRow&)> after_image = {};

  /// The time by which --time-limit is kept.
  std::function<std::chrono::steady_clock::time_point()> now = &std::chrono::steady_clock::now;
};

}  // namespace csm
