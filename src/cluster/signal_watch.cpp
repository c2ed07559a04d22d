#include "csm/cluster/signal_watch.h"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

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

std::string name_of(int signal) {
  return signal == SIGTERM ? "SIGTERM" : signal == SIGINT ? "SIGINT" : "SIGUSR1";
}

}  // namespace

struct SignalWatch::State {
  Interrupts interrupts;
  std::atomic<bool> logs = false;
  std::optional<std::chrono::steady_clock::time_point> first_stop;
  std::jthread thread;

  void log(const std::string& message) const {
    if (logs) log_info(message);
  }

  [[noreturn]] void end_at_once(const std::string& message) {
    log(message);
    interrupts.prepare_sudden_end();
    std::_Exit(exit_stopped);
  }

  void stop(int signal) {
    const auto now = std::chrono::steady_clock::now();
    if (first_stop) {
      if (now - *first_stop < same_signal) return;
      end_at_once(name_of(signal) + " again: ended at once");
    }
    const Interrupts::Stage stage = interrupts.stop([&] {
      first_stop = now;
      log(name_of(signal) +
          ": saving, then stopping after the image at work; once more to end at once");
    });
    if (stage == Interrupts::Stage::before_work) {
      end_at_once(name_of(signal) + " before the first image: run again to go on");
    }
    if (stage == Interrupts::Stage::after_work) {
      first_stop = now;
      log(name_of(signal) + ": the images are done, the result is being written");
    }
  }

  /// @param quit requested before the signal that wakes the thread a last time
  void watch(const std::stop_token& quit) {
    const sigset_t set = watched_signals();
    while (true) {
      int signal = 0;
      if (sigwait(&set, &signal) != 0) continue;
      if (quit.stop_requested()) return;
      if (signal == SIGCONT) {
        interrupts.save();
      } else {
        stop(signal);
      }
    }
  }
};

SignalWatch::SignalWatch() : state_(std::make_unique<State>()) {
  const sigset_t set = watched_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  state_->thread =
      std::jthread([state = state_.get()](const std::stop_token& quit) { state->watch(quit); });
}

SignalWatch::~SignalWatch() {
  state_->thread.request_stop();
  pthread_kill(state_->thread.native_handle(), SIGCONT);
  state_->thread.join();
}

Interrupts& SignalWatch::interrupts() { return state_->interrupts; }

void SignalWatch::log_signals() { state_->logs = true; }

}  // namespace csm
