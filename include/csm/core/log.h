#pragma once
#include <string>

namespace csm {

enum class LogLevel { quiet, normal };

/// Sets what is printed: `quiet` leaves warnings and errors only. Lines go to the standard error stream.
void set_log_level(LogLevel level);

void log_info(const std::string& message);
void log_warning(const std::string& message);
void log_error(const std::string& message);

}  // namespace csm
