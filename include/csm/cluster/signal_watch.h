#pragma once
#include <functional>
#include <memory>
#include <string>

namespace csm {

/// Exit code of a run that was stopped and can go on: EX_TEMPFAIL of sysexits.h.
inline constexpr int exit_stopped = 75;

/// Turns signals into calls on a thread of its own, so that what they call may allocate, lock and write.
///   SIGTERM, SIGINT, SIGUSR1   save, then stop; a second one ends the process at once with exit code 75
///   SIGCONT                    save, and go on
/// Saving does not wait for the image at work, since the sender may not: Open MPI's mpirun answers Ctrl-C and SIGTERM
/// with SIGCONT to its ranks, SIGTERM a second later, SIGKILL after one more (odls_base_sigkill_timeout). The SIGCONT
/// is all the warning that leaves time to write. It does no harm where it means what it says.
class SignalWatch {
 public:
  /// What to do while the images are worked on. Called on the watching thread, one at a time.
  struct Actions {
    std::function<void()> save;
    std::function<void()> stop;
  };

  /// Blocks the signals for this thread and all that it starts, and starts the watching thread. To be made first of
  /// all in main, before MPI or LibTorch start threads. Until there are actions a stop ends the process at once.
  SignalWatch();
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

  /// Makes this process say what it does about a signal; otherwise it is silent, as all ranks but one should be.
  void speak();

  /// What to do before a signal ends the process at once, on the watching thread; an empty function for nothing.
  void before_sudden_end(std::function<void()> work);

  /// While it lives signals lead to the actions. Afterwards one signal is let pass, so that the result gets written.
  class Scope {
   public:
    Scope(SignalWatch& watch, Actions actions);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    SignalWatch& watch_;
  };

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csm
