#pragma once
#include <functional>
#include <memory>

namespace csm {

/// What may interrupt a run from outside: the wish to save, or to save and stop. A run says what is
/// to be done (Scope); who interrupts is the caller's: SignalWatch does for signals, a test as it
/// likes. From any thread.
class Interrupts {
 public:
  /// What to do while the images are worked on. Called on the thread that interrupts, one at a
  /// time.
  struct Actions {
    std::function<void()> save;
    std::function<void()> stop;
  };

  /// Where a run is. Before it works on images there is nothing to save; afterwards the result is
  /// being written.
  enum class Stage { before_work, at_work, after_work };

  Interrupts();
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  /// Lets the run save, or save and then stop, if it is at work. Returns where it was.
  /// @param before_saving called if the run is at work
  Stage save();
  Stage stop(const std::function<void()>& before_saving = {});

  /// What to do before the process ends at once; an empty function for nothing.
  void before_sudden_end(std::function<void()> work);

  /// Does it. For who ends the process at once.
  void prepare_sudden_end();

  /// While it lives the run is at work, and an interrupt leads to the actions.
  class Scope {
   public:
    Scope(Interrupts& interrupts, Actions actions);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    Interrupts& interrupts_;
  };

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace csm
