#include "csm/run/draw_report.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "csm/core/log.h"
#include "csm/core/text.h"
#include "csm/store/output_path.h"

extern char** environ;

namespace csm {
namespace {

constexpr std::chrono::seconds longest_drawing{600};

bool is_program(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored) && access(path.c_str(), X_OK) == 0;
}

/// The command csm on the PATH, else beside this program.
std::optional<std::filesystem::path> find_command() {
  std::vector<std::filesystem::path> folders;
  if (const char* path = std::getenv("PATH")) {
    for (const std::string& folder : split(path, ':')) folders.emplace_back(folder);
  }
  std::error_code ignored;
  folders.push_back(std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path());
  for (const std::filesystem::path& folder : folders) {
    if (!folder.empty() && is_program(folder / "csm")) return folder / "csm";
  }
  return std::nullopt;
}

/// What a command said, and its exit code; no code if it could not be started or had to be ended.
struct Finished {
  std::string text;
  std::optional<int> code;
};

/// Reads until the writer closes its end or the time is over; whether it closed it.
bool read_all(int descriptor, std::string& text) {
  const auto end = std::chrono::steady_clock::now() + longest_drawing;
  std::array<char, 4096> buffer{};
  while (std::chrono::steady_clock::now() < end) {
    pollfd wanted{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (poll(&wanted, 1, 1000) <= 0) continue;
    const ssize_t n = read(descriptor, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return true;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return false;
}

/// Runs a command to its end, both of its streams in one text.
Finished run_command(std::vector<std::string> arguments) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {};

  // Its standard streams, and the signals as a new program has them.
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGUSR1, SIGCHLD}) sigaddset(&signals, signal);
  posix_spawnattr_setsigdefault(&attributes, &signals);

  std::vector<char*> pointers;
  pointers.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  pid_t process = -1;
  const int error =
      posix_spawn(&process, pointers[0], &actions, &attributes, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  close(ends[1]);

  // What it says, until it ends.
  Finished finished;
  if (error != 0) {
    finished.text = std::system_category().message(error);
  } else {
    const bool has_closed = read_all(ends[0], finished.text);
    if (!has_closed) kill(process, SIGKILL);
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
    }
    if (!has_closed) {
      finished.text = "it took longer than " + std::to_string(longest_drawing.count()) + " s";
    } else if (WIFEXITED(status)) {
      finished.code = WEXITSTATUS(status);
    }
  }
  close(ends[0]);
  return finished;
}

std::string last_line(const std::string& text) {
  const std::vector<std::string> lines = split(trim(text), '\n');
  return lines.empty() ? "" : lines.back();
}

}  // namespace

std::vector<std::filesystem::path> draw_report(const std::filesystem::path& result,
                                               const std::filesystem::path& wanted) {
  std::vector<std::filesystem::path> paths =
      report_paths(std::filesystem::path(result).replace_extension());
  std::error_code ignored;
  for (const std::filesystem::path& path : paths) std::filesystem::remove(path, ignored);
  if (wanted == "none") return {};

  const std::string later = "csm report '" + result.string() + "' --figures";
  const std::optional<std::filesystem::path> command =
      wanted == "auto" ? find_command() : std::optional(wanted);
  if (!command) {
    log_info("no images are drawn: the command csm is not on the PATH. Later: " + later);
    return {};
  }
  const Finished finished =
      run_command({command->string(), "report", result.string(), "--figures"});
  if (finished.code != 0) {
    log_warning("the result is whole, but '" + command->string() +
                "' did not draw it: " + last_line(finished.text) + ". Later: " + later);
  }
  std::erase_if(paths, [&](const auto& path) { return !std::filesystem::exists(path, ignored); });
  return paths;
}

}  // namespace csm
