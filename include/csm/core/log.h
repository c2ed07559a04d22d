#pragma once
#include <functional>
#include <memory>
#include <string>

namespace csm {

enum class LogLevel { quiet, normal };

/// Sets what is printed: `quiet` leaves warnings and errors only. Lines go to the standard error
/// stream.
void set_log_level(LogLevel level);

void log_info(const std::string& message);
void log_warning(const std::string& message);
void log_error(const std::string& message);

/// Who is given the warnings of a thread besides the standard error stream.
class WarningListener;

/// That of this thread, for another thread that works for it; null if there is none.
std::shared_ptr<WarningListener> current_warning_listener();

/// While it lives, `listen` is given each warning of this thread too, and of the threads that took
/// the listener over: one at a time, on the thread that warns. Scopes of one thread nest: the inner
/// one counts.
class WarningScope {
 public:
  explicit WarningScope(std::function<void(const std::string&)> listen);

  /// Takes over the listener of another thread for this one.
  explicit WarningScope(std::shared_ptr<WarningListener> listener);

  /// A listener of its own is called no more, by whatever thread.
  ~WarningScope();
  WarningScope(const WarningScope&) = delete;
  WarningScope& operator=(const WarningScope&) = delete;

 private:
  bool is_own_;
  std::shared_ptr<WarningListener> previous_;
};

}  // namespace csm
