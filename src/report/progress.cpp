#include "csm/report/progress.h"

#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>

#include "progress_text.h"

namespace csm {
namespace {

using Clock = std::chrono::steady_clock;

/// Shortest time between two updates of the terminal's line, and between two plain lines.
constexpr std::chrono::milliseconds terminal_pause{100};
constexpr std::chrono::seconds lines_pause{10};

std::string two_digits(long value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string rate_text(double rate) {
  char buffer[32];
  const double shown = rate >= 1 ? rate : 60 * rate;
  std::snprintf(buffer, sizeof buffer, shown >= 10 ? "%.0f" : "%.1f", shown);
  return std::string(buffer) + (rate >= 1 ? " a second" : " a minute");
}

}  // namespace

std::string duration_text(double seconds) {
  const long whole = std::lround(seconds);
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + two_digits(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + two_digits(whole % 3600 / 60) + " min";
}

std::string progress_text(std::int64_t n_total, std::int64_t n_done, std::int64_t n_failed,
                          double seconds, std::int64_t n_before) {
  std::string text = std::to_string(n_done) + " of " + std::to_string(n_total) + " images";
  if (n_done > n_before && seconds > 0) {
    const double rate = static_cast<double>(n_done - n_before) / seconds;
    text += ", " + rate_text(rate);
    if (n_done < n_total)
      text += ", " + duration_text(static_cast<double>(n_total - n_done) / rate) + " left";
  }
  if (n_failed > 0) text += ", " + std::to_string(n_failed) + " failed";
  return text;
}

struct Progress::State {
  ProgressStyle style;
  std::int64_t n_total;
  std::int64_t n_before;
  EventLog& events;
  Clock::time_point start = Clock::now();
  Clock::time_point shown{};
  Clock::time_point written{};
  std::int64_t n_done = 0;
  std::int64_t n_failed = 0;
  std::int64_t n_done_shown = -1;
  std::int64_t n_done_written = -1;
  bool line_is_open = false;

  double seconds() const { return std::chrono::duration<double>(Clock::now() - start).count(); }

  void write() {
    events.write(
        "progress",
        {{"n_done", n_done}, {"n_failed", n_failed}, {"n_total", n_total}, {"seconds", seconds()}});
    written = Clock::now();
    n_done_written = n_done;
  }

  void show() {
    const std::string text = progress_text(n_total, n_done, n_failed, seconds(), n_before);
    if (style == ProgressStyle::terminal) {
      // The escape sequence clears what a longer line before left behind.
      std::fprintf(stderr, "\r%s\x1b[K", text.c_str());
      line_is_open = true;
    } else {
      std::fprintf(stderr, "csm: %s\n", text.c_str());
    }
    std::fflush(stderr);
    shown = Clock::now();
    n_done_shown = n_done;
  }
};

Progress::Progress(ProgressStyle style, std::int64_t n_total, std::int64_t n_before,
                   EventLog& events)
    : state_(new State{style, n_total, n_before, events}) {}

Progress::~Progress() { finish(); }

void Progress::update(std::int64_t n_done, std::int64_t n_failed) {
  State& state = *state_;
  state.n_done = n_done;
  state.n_failed = n_failed;
  if (Clock::now() - state.written >= lines_pause && state.n_done_written != n_done) state.write();
  if (state.style == ProgressStyle::quiet) return;
  const auto pause = Clock::now() - state.shown;
  const bool is_due =
      state.style == ProgressStyle::terminal ? pause >= terminal_pause : pause >= lines_pause;
  if (is_due && state.n_done_shown != n_done) state.show();
}

void Progress::finish() {
  State& state = *state_;
  if (state.n_done_written != state.n_done && state.n_done > 0) state.write();
  if (state.style == ProgressStyle::quiet) return;
  if (state.n_done_shown != state.n_done && state.n_done > 0) state.show();
  if (state.line_is_open) std::fputc('\n', stderr);
  state.line_is_open = false;
}

ProgressStyle default_progress_style(bool quiet) {
  if (quiet) return ProgressStyle::quiet;
  return isatty(STDERR_FILENO) != 0 ? ProgressStyle::terminal : ProgressStyle::lines;
}

}  // namespace csm
