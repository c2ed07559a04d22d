#include "csm/cluster/interrupts.h"

#include <mutex>
#include <optional>
#include <utility>

namespace csm {

struct Interrupts::State {
  std::mutex mutex;  ///< held while an action runs
  std::optional<Actions> actions;
  bool has_worked = false;
  std::function<void()> last_work;

  Stage stage() const {
    return actions ? Stage::at_work : has_worked ? Stage::after_work : Stage::before_work;
  }
};

Interrupts::Interrupts() : state_(std::make_unique<State>()) {}
Interrupts::~Interrupts() = default;

Interrupts::Stage Interrupts::save() {
  const std::lock_guard lock(state_->mutex);
  if (state_->actions) state_->actions->save();
  return state_->stage();
}

Interrupts::Stage Interrupts::stop(const std::function<void()>& before_saving) {
  const std::lock_guard lock(state_->mutex);
  if (state_->actions) {
    if (before_saving) before_saving();
    state_->actions->save();
    state_->actions->stop();
  }
  return state_->stage();
}

void Interrupts::before_sudden_end(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  state_->last_work = std::move(work);
}

void Interrupts::prepare_sudden_end() {
  const std::lock_guard lock(state_->mutex);
  if (state_->last_work) state_->last_work();
}

Interrupts::Scope::Scope(Interrupts& interrupts, Actions actions) : interrupts_(interrupts) {
  const std::lock_guard lock(interrupts_.state_->mutex);
  interrupts_.state_->actions = std::move(actions);
}

Interrupts::Scope::~Scope() {
  const std::lock_guard lock(interrupts_.state_->mutex);
  interrupts_.state_->actions.reset();
  interrupts_.state_->has_worked = true;
}

}  // namespace csm
