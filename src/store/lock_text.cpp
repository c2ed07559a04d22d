#include "lock_text.h"

#include <pwd.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <sstream>
#include <string_view>

namespace csm {
namespace {

constexpr std::string_view first_line_begin = "lock of csm_mpi ";

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::int64_t number_in(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::optional<SlurmAttempt> parse_slurm(const std::string& value) {
  const std::size_t blank = value.rfind(' ');
  if (blank == std::string::npos) return std::nullopt;
  return SlurmAttempt{.job = value.substr(0, blank), .restart = number_in(value.substr(blank + 1))};
}

}  // namespace

std::string first_line_of_lock(const std::string& token) {
  return std::string(first_line_begin) + token + "\n";
}

std::string format_lock(const LockText& lock) {
  std::string text = first_line_of_lock(lock.token);
  text += "user " + lock.user + "\n";
  text += "since " + lock.since + "\n";
  text += "output " + lock.output + "\n";
  if (lock.slurm)
    text += "slurm " + lock.slurm->job + " " + std::to_string(lock.slurm->restart) + "\n";
  for (const ProcessIdentity& process : lock.processes)
    text += "process " + format_identity(process) + "\n";
  return text;
}

std::optional<LockText> parse_lock(const std::string& text) {
  LockText lock;
  const std::string_view begun = std::string_view(text).substr(0, first_line_begin.size());
  if (begun != first_line_begin.substr(0, begun.size())) return std::nullopt;
  std::istringstream lines(text);
  std::string line;
  if (!std::getline(lines, line) || line.size() < first_line_begin.size()) return lock;
  lock.token = line.substr(first_line_begin.size());
  while (std::getline(lines, line)) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos) continue;
    const std::string key = line.substr(0, blank);
    const std::string value = line.substr(blank + 1);
    if (key == "user") lock.user = value;
    if (key == "since") lock.since = value;
    if (key == "output") lock.output = value;
    if (key == "slurm") lock.slurm = parse_slurm(value);
    if (key != "process") continue;
    if (const auto process = parse_identity(value)) lock.processes.push_back(*process);
  }
  return lock;
}

std::optional<SlurmAttempt> own_slurm_attempt() {
  const std::string job = variable("SLURM_JOB_ID");
  if (job.empty()) return std::nullopt;
  return SlurmAttempt{.job = variable("SLURM_CLUSTER_NAME") + " " + job,
                      .restart = number_in(variable("SLURM_RESTART_COUNT"))};
}

std::string own_user() {
  std::array<char, 4096> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (getpwuid_r(geteuid(), &entry, buffer.data(), buffer.size(), &found) == 0 && found != nullptr)
    return found->pw_name;
  return std::to_string(geteuid());
}

}  // namespace csm
