#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "csm/report/event_log.h"

namespace csm {

enum class ProgressStyle { terminal, lines, quiet };

/// Shows how far the run is: one changing line on a terminal, else a plain line every so often.
/// Standard error stream. Only the rank that shows progress has one. Events come at most every ten
/// seconds, also where it is quiet.
class Progress {
 public:
  /// @param n_before images that an earlier attempt had done: they say nothing of this one's rate
  /// @pre events live longer
  Progress(ProgressStyle style, std::int64_t n_total, std::int64_t n_before, EventLog& events);
  ~Progress();

  /// Images done and failed over all ranks so far.
  void update(std::int64_t n_done, std::int64_t n_failed);

  /// Shows the last state and ends the changing line.
  void finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// `terminal` where the standard error stream is one.
ProgressStyle default_progress_style(bool quiet);

}  // namespace csm
