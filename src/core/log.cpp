// The only file that sees the log's library: torch ships its own copy of fmt, which must not meet Debian's.
#include "csm/core/log.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <utility>

namespace csm {
namespace {

spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> instance = [] {
    auto result = std::make_shared<spdlog::logger>("csm", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    result->set_pattern("%^csm: %v%$");
    result->flush_on(spdlog::level::info);
    return result;
  }();
  return *instance;
}

/// Recursive, since a listener that fails may warn itself.
struct Listener {
  std::recursive_mutex mutex;
  std::function<void(const std::string&)> listen;
};

Listener& listener() {
  static Listener instance;
  return instance;
}

}  // namespace

void set_log_level(LogLevel level) {
  logger().set_level(level == LogLevel::quiet ? spdlog::level::warn : spdlog::level::info);
}

void log_info(const std::string& message) { logger().info("{}", message); }

void log_warning(const std::string& message) {
  logger().warn("warning: {}", message);
  const std::lock_guard lock(listener().mutex);
  if (listener().listen) listener().listen(message);
}

void log_error(const std::string& message) { logger().error("error: {}", message); }

WarningScope::WarningScope(std::function<void(const std::string&)> listen) {
  const std::lock_guard lock(listener().mutex);
  listener().listen = std::move(listen);
}

WarningScope::~WarningScope() {
  const std::lock_guard lock(listener().mutex);
  listener().listen = nullptr;
}

}  // namespace csm
