#include "csm/cluster/signal_watch.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "csm/core/log.h"

namespace csm {
namespace {

/// One press of Ctrl-C can reach a rank twice, by the terminal and by the launcher.
constexpr auto same_signal = std::chrono::milliseconds(500);

sigset_t watched_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1, SIGCONT}) sigaddset(&set, signal);
  return set;
}

std::string name_of(int signal) { return signal == SIGTERM ? "SIGTERM" : signal == SIGINT ? "SIGINT" : "SIGUSR1"; }

}  // namespace

struct SignalWatch::State {
  std::atomic<bool> quit = false;
  std::atomic<bool> speaks = false;
  std::mutex mutex;  ///< held while an action runs
  std::optional<Actions> actions;
  std::function<void()> last_work;
  bool has_worked = false;
  std::optional<std::chrono::steady_clock::time_point> first_stop;
  std::thread thread;

  void say(const std::string& words) const {
    if (speaks) log_info(words);
  }

  [[noreturn]] void end_at_once(const std::string& words) const {
    say(words);
    if (last_work) last_work();
    std::_Exit(exit_stopped);
  }

  void save() {
    if (actions) actions->save();
  }

  void stop(int signal) {
    const auto now = std::chrono::steady_clock::now();
    if (first_stop) {
      if (now - *first_stop < same_signal) return;
      end_at_once(name_of(signal) + " again: ended at once");
    }
    if (!actions && !has_worked) end_at_once(name_of(signal) + " before the first image: run again to go on");
    first_stop = now;
    if (!actions) {
      say(name_of(signal) + ": the images are done, the result is being written");
      return;
    }
    say(name_of(signal) + ": saving, then stopping after the image at work; once more to end at once");
    actions->save();
    actions->stop();
  }

  void watch() {
    const sigset_t set = watched_signals();
    while (true) {
      int signal = 0;
      if (sigwait(&set, &signal) != 0) continue;
      if (quit) return;
      const std::lock_guard lock(mutex);
      if (signal == SIGCONT) {
        save();
      } else {
        stop(signal);
      }
    }
  }
};

SignalWatch::SignalWatch() : state_(std::make_unique<State>()) {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  state_->thread = std::thread([state = state_.get()] { state->watch(); });
}

SignalWatch::~SignalWatch() {
  state_->quit = true;
  pthread_kill(state_->thread.native_handle(), SIGCONT);
  state_->thread.join();
}

void SignalWatch::speak() { state_->speaks = true; }

void SignalWatch::before_sudden_end(std::function<void()> work) {
  const std::lock_guard lock(state_->mutex);
  state_->last_work = std::move(work);
}

SignalWatch::Scope::Scope(SignalWatch& watch, Actions actions) : watch_(watch) {
  const std::lock_guard lock(watch_.state_->mutex);
  watch_.state_->actions = std::move(actions);
}

SignalWatch::Scope::~Scope() {
  const std::lock_guard lock(watch_.state_->mutex);
  watch_.state_->actions.reset();
  watch_.state_->has_worked = true;
}

}  // namespace csm
