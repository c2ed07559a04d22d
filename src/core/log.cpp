// The only file that sees the log's library: torch ships its own copy of fmt, which must not meet
// Debian's.
#include "csm/core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/text.h"

namespace csm {

/// Recursive, since a listener that fails may warn itself.
class WarningListener {
 public:
  explicit WarningListener(std::function<void(const std::string&)> listen)
      : listen_(std::move(listen)) {}
  void hear(const std::string& message) {
    const std::lock_guard lock(mutex_);
    if (listen_) listen_(message);
  }
  void end() {
    const std::lock_guard lock(mutex_);
    listen_ = nullptr;
  }

 private:
  std::recursive_mutex mutex_;
  std::function<void(const std::string&)> listen_;
};

namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto result = std::make_shared<spdlog::logger>(
        "csm", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    result->set_pattern("%^csm: %v%$");
    result->flush_on(spdlog::level::info);
    return result;
  }();
  return *instance;
}

/// The message without what a terminal obeys: names of files and values of tables may hold it.
/// Messages of several lines keep them.
std::string for_terminal(const std::string& message) {
  std::vector<std::string> lines = split(message, '\n');
  for (std::string& line : lines) line = one_line(line);
  return join(lines, "\n");
}

/// The listener of this thread.
std::shared_ptr<WarningListener>& thread_listener() {
  thread_local std::shared_ptr<WarningListener> instance;
  return instance;
}

}  // namespace

void set_log_level(LogLevel level) {
  logger().set_level(level == LogLevel::quiet ? spdlog::level::warn : spdlog::level::info);
}

void log_info(const std::string& message) { logger().info("{}", for_terminal(message)); }

void log_warning(const std::string& message) {
  logger().warn("warning: {}", for_terminal(message));
  if (const std::shared_ptr<WarningListener> listener = thread_listener()) listener->hear(message);
}

void log_error(const std::string& message) { logger().error("error: {}", for_terminal(message)); }

std::shared_ptr<WarningListener> current_warning_listener() { return thread_listener(); }

WarningScope::WarningScope(std::function<void(const std::string&)> listen)
    : is_own_(true),
      previous_(
          std::exchange(thread_listener(), std::make_shared<WarningListener>(std::move(listen)))) {}

WarningScope::WarningScope(std::shared_ptr<WarningListener> listener)
    : is_own_(false), previous_(std::exchange(thread_listener(), std::move(listener))) {}

WarningScope::~WarningScope() {
  if (is_own_) thread_listener()->end();
  thread_listener() = std::move(previous_);
}

}  // namespace csm
