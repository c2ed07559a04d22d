#pragma once
#include <memory>

#include "csm/cluster/interrupts.h"

namespace csm {

/// Exit code of a run that was stopped and can go on: EX_TEMPFAIL of sysexits.h.
inline constexpr int exit_stopped = 75;

/// Turns signals into interrupts of the run, on a thread of its own, so that what they call may
/// allocate, lock and write. One per process.
///   SIGTERM, SIGINT, SIGUSR1   save, then stop; a second one ends the process at once with exit
///   code 75 SIGCONT                    save, and go on
/// Saving does not wait for the image at work, since the sender may not: Open MPI's mpirun answers
/// Ctrl-C and SIGTERM with SIGCONT to its ranks, SIGTERM a second later, SIGKILL after one more
/// (odls_base_sigkill_timeout). The SIGCONT is all the warning that leaves time to write. It does
/// no harm where it means what it says.
///
/// Before the run is at work a stop ends the process at once. After its work one signal is let
/// pass, so that the result gets written.
class SignalWatch {
 public:
  /// Blocks the signals for this thread and all that it starts, and starts the watching thread. To
  /// be made first of all in main, before MPI or LibTorch start threads.
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  /// What the signals interrupt.
  Interrupts& interrupts();

  /// Makes this process log what it does about a signal; otherwise it is silent, as all ranks but
  /// one should be.
  void log_signals();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csm
