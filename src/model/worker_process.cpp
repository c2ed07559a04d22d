#include "worker_process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <thread>

#include "csm/core/text.h"

extern char** environ;

namespace csm {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::size_t n_kept_bytes = 4096;
constexpr std::size_t longest_head = 64;  // of the line before a message
constexpr auto patience_with_end = 2s;    // for a worker to end by itself after its input ended
constexpr int preferred_pipe_size = 1 << 20;

[[noreturn]] void fail_system(const std::string& what) {
  throw WorkerFault(what + ": " + std::strerror(errno));
}

/// While it lives, a write to a worker that has ended gives an error instead of the signal SIGPIPE.
class NoBrokenPipeSignal {
 public:
  NoBrokenPipeSignal() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~NoBrokenPipeSignal() {
    if (sigismember(&before_, SIGPIPE) == 1) return;
    const timespec now{};
    sigtimedwait(&pipe_, nullptr, &now);  // what this thread has raised meanwhile
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoBrokenPipeSignal(const NoBrokenPipeSignal&) = delete;
  NoBrokenPipeSignal& operator=(const NoBrokenPipeSignal&) = delete;

 private:
  sigset_t pipe_{};
  sigset_t before_{};
};

/// The environment of this process with `more` in the place of equal names.
std::vector<std::string> merge_environment(
    const std::vector<std::pair<std::string, std::string>>& more) {
  std::vector<std::string> lines;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string line = *entry;
    const bool is_replaced = std::any_of(more.begin(), more.end(), [&](const auto& pair) {
      return line.starts_with(pair.first + "=");
    });
    if (!is_replaced) lines.push_back(line);
  }
  for (const auto& [name, value] : more) lines.push_back(name + "=" + value);
  return lines;
}

std::vector<char*> pointers_to(std::vector<std::string>& lines) {
  std::vector<char*> pointers;
  pointers.reserve(lines.size() + 1);
  for (std::string& line : lines) pointers.push_back(line.data());
  pointers.push_back(nullptr);
  return pointers;
}

/// The two sizes of the line "OIP2 12 345", or nothing for another line.
std::optional<std::pair<std::size_t, std::size_t>> parse_head(std::string_view line) {
  constexpr std::string_view magic = "OIP2 ";
  if (!line.starts_with(magic)) return std::nullopt;
  const char* end = line.data() + line.size();
  std::size_t n_json = 0;
  std::size_t n_binary = 0;
  const auto [after_json, error] = std::from_chars(line.data() + magic.size(), end, n_json);
  if (error != std::errc() || after_json == end || *after_json != ' ') return std::nullopt;
  const auto [after, second_error] = std::from_chars(after_json + 1, end, n_binary);
  if (second_error != std::errc() || after != end) return std::nullopt;
  return std::pair(n_json, n_binary);
}

std::string describe_status(int status) {
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status));
  const int code = WEXITSTATUS(status);
  return "ended with the exit status " + std::to_string(code) +
         (code == 127 ? " (the shell did not find the command)" : "");
}

}  // namespace

void WorkerProcess::End::close() noexcept {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

WorkerProcess::Pipe WorkerProcess::make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) fail_system("no pipe can be made");
  fcntl(ends[0], F_SETPIPE_SZ, preferred_pipe_size);  // a smaller one only costs time
  return {.read = End(ends[0]), .write = End(ends[1])};
}

WorkerProcess::WorkerProcess(const std::string& command,
                             const std::vector<std::pair<std::string, std::string>>& environment) {
  Pipe to = make_pipe();
  Pipe from = make_pipe();
  Pipe errors = make_pipe();

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to.read.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from.write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write.get(), STDERR_FILENO);

  // The signals that this process blocks or catches are for it alone: a worker ends with its input.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&attributes, &signals);
  for (const int signal : {SIGPIPE, SIGINT, SIGTERM, SIGUSR1, SIGCHLD}) sigaddset(&signals, signal);
  posix_spawnattr_setsigdefault(&attributes, &signals);
  posix_spawnattr_setpgroup(&attributes, 0);

  std::vector<std::string> variables = merge_environment(environment);
  std::vector<std::string> arguments = {"/bin/sh", "-c", command};
  const int error = posix_spawn(&process_, "/bin/sh", &actions, &attributes,
                                pointers_to(arguments).data(), pointers_to(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (error != 0) {
    process_ = -1;
    errno = error;
    fail_system("it cannot be started");
  }
  to_worker_ = std::move(to.write);
  from_worker_ = std::move(from.read);
  errors_ = std::move(errors.read);
  for (const int descriptor : {to_worker_.get(), from_worker_.get(), errors_.get()})
    fcntl(descriptor, F_SETFL, O_NONBLOCK);
}

WorkerProcess::~WorkerProcess() {
  to_worker_.close();
  from_worker_.close();
  errors_.close();
  if (process_ <= 0) return;
  if (!is_faulty_) has_ended(patience_with_end);
  end_group();
}

/// Ends what is left of the worker and of what it has started.
void WorkerProcess::end_group() noexcept {
  kill(-process_, SIGTERM);
  if (has_ended(1s)) return;
  kill(-process_, SIGKILL);
  int status = 0;
  waitpid(process_, &status, 0);
}

bool WorkerProcess::has_ended(std::chrono::milliseconds patience) {
  const auto deadline = Clock::now() + patience;
  while (!status_) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      status_ = status;
      break;
    }
    if (Clock::now() >= deadline) return false;
    std::this_thread::sleep_for(5ms);
  }
  return true;
}

void WorkerProcess::read_errors() {
  std::array<char, 4096> buffer{};
  while (errors_.get() >= 0) {
    const ssize_t n = read(errors_.get(), buffer.data(), buffer.size());
    if (n > 0) {
      error_text_.append(buffer.data(), static_cast<std::size_t>(n));
      if (error_text_.size() > 2 * n_kept_bytes)
        error_text_.erase(0, error_text_.size() - n_kept_bytes);
    } else if (n == 0) {
      errors_.close();
    } else if (errno != EINTR) {
      return;
    }
  }
}

std::string WorkerProcess::last_lines() {
  read_errors();
  constexpr std::size_t n_lines = 3;
  std::vector<std::string> lines;
  for (const std::string& line : split(error_text_, '\n')) {
    const std::string trimmed = trim(line);
    if (!trimmed.empty()) lines.push_back(trimmed);
  }
  if (lines.size() > n_lines) lines.erase(lines.begin(), lines.end() - n_lines);
  std::string text = join(lines, " | ");
  constexpr std::size_t longest = 600;
  if (text.size() > longest) text.erase(0, text.size() - longest);
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, ' ');
  return text;
}

void WorkerProcess::fail(const std::string& problem) {
  is_faulty_ = true;
  throw WorkerFault(problem);
}

void WorkerProcess::fail_ended() {
  if (has_ended(1s)) fail(describe_status(*status_));
  fail("closed its standard output");
}

void WorkerProcess::wait(bool wants_to_write, Deadline deadline) {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  if (left <= 0) fail("did not answer in time (--model-timeout)");
  std::array<pollfd, 3> polled = {{{from_worker_.get(), POLLIN, 0},
                                   {errors_.get(), POLLIN, 0},
                                   {wants_to_write ? to_worker_.get() : -1, POLLOUT, 0}}};
  if (poll(polled.data(), polled.size(), static_cast<int>(std::min<long>(left, 60'000))) < 0 &&
      errno != EINTR)
    fail_system("its pipes cannot be watched");
  read_errors();
  std::array<char, 1 << 16> buffer{};
  while (!is_closed_) {
    const ssize_t n = read(from_worker_.get(), buffer.data(), buffer.size());
    if (n > 0) {
      received_.append(buffer.data(), static_cast<std::size_t>(n));
      if (static_cast<std::size_t>(n) < buffer.size()) return;
    } else if (n == 0) {
      is_closed_ = true;
    } else if (errno != EINTR) {
      return;
    }
  }
}

void WorkerProcess::send(const std::string& json, std::string_view binary, Deadline deadline) {
  const NoBrokenPipeSignal no_signal;
  const std::string head =
      "OIP2 " + std::to_string(json.size()) + " " + std::to_string(binary.size()) + "\n" + json;
  for (std::string_view part : {std::string_view(head), binary}) {
    while (!part.empty()) {
      const ssize_t n = write(to_worker_.get(), part.data(), part.size());
      if (n > 0) {
        part.remove_prefix(static_cast<std::size_t>(n));
      } else if (errno == EAGAIN) {
        wait(/*wants_to_write=*/true, deadline);
        if (is_closed_) fail_ended();
      } else if (errno != EINTR) {
        fail_ended();
      }
    }
  }
}

TensorMessage WorkerProcess::receive(Deadline deadline, std::size_t largest) {
  while (true) {
    const std::size_t line_end = received_.find('\n');
    const bool has_line = line_end != std::string::npos;
    const std::string_view line = std::string_view(received_).substr(0, line_end);
    const auto sizes = has_line ? parse_head(line) : std::nullopt;

    // Whatever the worker prints by mistake is met at its first byte.
    constexpr std::string_view magic = "OIP2 ";
    const std::size_t n_seen = std::min(line.size(), magic.size());
    if (line.substr(0, n_seen) != magic.substr(0, n_seen) || (has_line && !sizes) ||
        line.size() > longest_head) {
      fail("wrote '" + quote_outside(line) +
           "' to its standard output, where only its answers may go");
    }

    // A message is taken when all of it is there.
    if (sizes) {
      const auto [n_json, n_binary] = *sizes;
      if (n_json > largest || n_binary > largest)
        fail("announces an answer of " + std::to_string(n_json) + " + " + std::to_string(n_binary) +
             " bytes, more than any right one has");
      const std::size_t begin = line_end + 1;
      if (received_.size() - begin >= n_json + n_binary) {
        TensorMessage message{.json = received_.substr(begin, n_json),
                              .binary = received_.substr(begin + n_json, n_binary)};
        received_.erase(0, begin + n_json + n_binary);
        return message;
      }
    }

    if (is_closed_) fail_ended();
    wait(/*wants_to_write=*/false, deadline);
  }
}

}  // namespace csm
