#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace csm {

/// A process, distinguished from every other one, also from one that is given its number later.
struct ProcessIdentity {
  std::string host;
  std::string boot;          ///< names a start of a system; "-" if the system has no name for it
  std::string space;         ///< of process numbers (containers have their own); "-" as above
  std::int64_t number = 0;   ///< PID
  std::int64_t started = 0;  ///< clock ticks since the start of the system
};

/// Whether a process runs, as far as it can be seen from here.
enum class Life { runs, has_ended, unknown };

ProcessIdentity own_identity();

/// As one line of text, and back; none for a line of another form.
std::string format_identity(const ProcessIdentity& process);
std::optional<ProcessIdentity> parse_identity(const std::string& line);

/// Looks for a process. Unknown if it ran on another system or start of it, or in another
/// container.
Life look_for(const ProcessIdentity& process);

}  // namespace csm
