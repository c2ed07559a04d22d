#include "process_identity.h"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "csm/store/output_lock.h"

namespace csm {
namespace {

/// What /proc holds of a process: its state and when it started.
struct ProcessStatus {
  char state = '?';
  std::int64_t started = 0;
};

std::optional<ProcessStatus> read_status(const std::string& process) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  // The name of the program is in brackets and may hold blanks and brackets itself.
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  ProcessStatus status;
  fields >> status.state;
  constexpr int first_field = 4;
  constexpr int start_field = 22;
  std::string passed_over;
  for (int field = first_field; field < start_field; ++field) fields >> passed_over;
  fields >> status.started;
  return fields ? std::optional(status) : std::nullopt;
}

std::string own_host() {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0 || name.front() == '\0') return "-";
  return name.data();
}

std::string own_boot() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string name;
  return file >> name ? name : "-";
}

std::string own_space() {
  std::error_code error;
  const std::string name = std::filesystem::read_symlink("/proc/self/ns/pid", error).string();
  return error || name.empty() || name.find(' ') != std::string::npos ? "-" : name;
}

}  // namespace

ProcessIdentity own_identity() {
  const std::optional<ProcessStatus> status = read_status("self");
  return {.host = own_host(),
          .boot = own_boot(),
          .space = own_space(),
          .number = getpid(),
          .started = status ? status->started : 0};
}

std::string format_identity(const ProcessIdentity& process) {
  return process.host + " " + process.boot + " " + process.space + " " +
         std::to_string(process.number) + " " + std::to_string(process.started);
}

std::optional<ProcessIdentity> parse_identity(const std::string& line) {
  std::istringstream fields(line);
  ProcessIdentity process;
  fields >> process.host >> process.boot >> process.space >> process.number >> process.started;
  return fields && process.number > 0 ? std::optional(process) : std::nullopt;
}

Life look_for(const ProcessIdentity& process) {
  if (process.boot == "-" || process.space == "-") return Life::unknown;
  if (process.boot != own_boot() || process.space != own_space()) return Life::unknown;
  const std::optional<ProcessStatus> status = read_status(std::to_string(process.number));
  if (status) {
    const bool is_dead = status->state == 'Z' || status->state == 'X';
    return status->started == process.started && !is_dead ? Life::runs : Life::has_ended;
  }
  // Another user's process may be hidden in /proc (hidepid); the kernel still answers whether there
  // is one.
  return kill(static_cast<pid_t>(process.number), 0) != 0 && errno == ESRCH ? Life::has_ended
                                                                            : Life::unknown;
}

std::string identify_process() { return format_identity(own_identity()); }

}  // namespace csm
