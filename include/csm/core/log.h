#pragma once
#include <functional>
#include <string>

namespace csm {

enum class LogLevel { quiet, normal };

/// Sets what is printed: `quiet` leaves warnings and errors only. Lines go to the standard error stream.
void set_log_level(LogLevel level);

void log_info(const std::string& message);
void log_warning(const std::string& message);
void log_error(const std::string& message);

/// While it lives, `listen` is given each warning too, one at a time, on the thread that warns. One at a time lives.
class WarningScope {
 public:
  explicit WarningScope(std::function<void(const std::string&)> listen);
  ~WarningScope();
  WarningScope(const WarningScope&) = delete;
  WarningScope& operator=(const WarningScope&) = delete;
};

}  // namespace csm
