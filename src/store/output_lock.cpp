#include "csm/store/output_lock.h"

#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "csm/core/log.h"
#include "csm/core/provenance.h"
#include "csm/store/output_path.h"
#include "lock_file.h"
#include "lock_text.h"

namespace csm {
namespace {

constexpr std::size_t n_digits_in_name = 8;
constexpr int n_tries = 5;

LockText describe_run(const std::filesystem::path& output,
                      const std::vector<std::string>& processes) {
  LockText lock{.token = draw_token(),
                .user = own_user(),
                .since = timestamp(),
                .output = std::filesystem::absolute(output).string(),
                .slurm = own_slurm_attempt(),
                .processes = {}};
  for (const std::string& line : processes) {
    if (const auto process = parse_identity(line)) lock.processes.push_back(*process);
  }
  return lock;
}

/// One attempt to take a lock for a run.
class Taking {
 public:
  Taking(std::filesystem::path output, LockText run, LockTimes times)
      : output_(std::move(output)),
        path_(lock_path(output_)),
        run_(std::move(run)),
        times_(times) {}

  LockClaim take() const {
    for (int i = 0; i < n_tries; ++i) {
      if (create_once(path_, format_lock(run_))) return own_claim();
      const std::optional<LockFile> file = read_lock_file(path_);
      if (!file) continue;  // given back meanwhile
      if (take_from_dead(look_at(path_, *file))) return own_claim();
    }
    throw InputError({"--output is '" + output_.string() + "'",
                      "its lock '" + path_.string() + "' changes hands all the time",
                      "Start one run at a time, or give another --output."});
  }

 private:
  LockClaim own_claim() const { return {.path = path_, .token = run_.token}; }

  /// The owner of a lock, who must be dead. Errors: InputError with who lives.
  LockText look_at(const std::filesystem::path& path, const LockFile& file) const {
    const std::optional<LockText> lock = parse_lock(file.text);
    if (!lock) {
      throw InputError({"--output is '" + output_.string() + "'",
                        "its lock would be '" + path.string() + "', a file of something else",
                        "Move that file, or give another --output."});
    }
    require_dead(
        {.lock = *lock, .path = path, .silence = server_time(folder_of(path)) - file.changed},
        output_, times_.dead_after);
    return *lock;
  }

  /// Exchanges the lock of a dead owner. Of all who found this owner dead at the same time one gets
  /// on: who makes the file that is named after that owner. Returns false if another one was
  /// quicker.
  bool take_from_dead(const LockText& dead) const {
    std::filesystem::path right = path_;
    right +=
        ".taken-" + (dead.token.empty() ? "unreadable" : dead.token.substr(0, n_digits_in_name));
    if (!create_once(right, format_lock(run_))) {
      // Somebody is at it, or died at it.
      if (const std::optional<LockFile> file = read_lock_file(right)) {
        look_at(right, *file);
        ::unlink(right.c_str());
      }
      return false;
    }
    const std::optional<LockFile> file = read_lock_file(path_);
    const std::optional<LockText> now = file ? parse_lock(file->text) : std::nullopt;
    const bool is_still_its = now && now->token == dead.token;
    if (is_still_its) exchange_file(path_, format_lock(run_));
    ::unlink(right.c_str());
    if (is_still_its && !dead.since.empty())
      log_info("the run that began at " + dead.since +
               " ended without giving its output back; this one takes it over");
    return is_still_its;
  }

  static std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.parent_path();
  }

  std::filesystem::path output_;
  std::filesystem::path path_;
  LockText run_;
  LockTimes times_;
};

LockClaim take_lock(const std::filesystem::path& output, LockText run, LockTimes times) {
  try {
    return Taking(output, std::move(run), times).take();
  } catch (const std::system_error& error) {
    throw InputError({"--output is '" + output.string() + "'",
                      "it cannot be written: " + error.code().message() + ", for its lock '" +
                          lock_path(output).string() + "'",
                      "Give a file in a folder that you may write to."});
  }
}

/// Outputs whose names differ by the ending of a picture write one picture of the same name.
void check_neighbours(const std::filesystem::path& output, LockTimes times) {
  for (const std::filesystem::path& neighbour : outputs_with_common_pictures(output)) {
    const std::filesystem::path path = lock_path(neighbour);
    std::optional<LockFile> file;
    try {
      file = read_lock_file(path);
    } catch (const std::system_error&) {
      continue;
    }
    const std::optional<LockText> lock = file ? parse_lock(file->text) : std::nullopt;
    if (!lock) continue;
    require_dead(
        {.lock = *lock, .path = path, .silence = server_time(path.parent_path()) - file->changed},
        output, times.dead_after);
  }
}

}  // namespace

std::filesystem::path lock_path(const std::filesystem::path& output) {
  std::filesystem::path path = std::filesystem::absolute(output);
  path.replace_extension();
  path += ".lock";
  return path;
}

struct OutputLock::State {
  LockClaim claim;
  std::string text;
  LockTimes times;
  std::mutex mutex;
  std::condition_variable wakes;
  bool is_over = false;
  std::thread thread;

  ~State() {
    {
      const std::lock_guard guard(mutex);
      is_over = true;
    }
    wakes.notify_all();
    if (thread.joinable()) thread.join();
    remove_lock(claim);
  }

  /// Shows every now and then that the owner lives, until the lock is given back or is another
  /// run's.
  void show_life() {
    std::unique_lock guard(mutex);
    while (!wakes.wait_for(guard, times.sign_of_life, [&] { return is_over; })) {
      guard.unlock();
      const bool is_own = show_life_once();
      guard.lock();
      if (!is_own) return;
    }
  }

  bool show_life_once() const {
    const std::optional<bool> is_own = touch_if_own(claim.path, first_line_of_lock(claim.token));
    if (is_own) return *is_own;
    try {
      // Somebody removed the file. If another run has taken the output, that run keeps it.
      if (!std::filesystem::exists(claim.path)) create_once(claim.path, text);
    } catch (const std::exception&) {
      // The file server is away: the next time decides.
    }
    return true;
  }
};

OutputLock::OutputLock(const std::filesystem::path& output,
                       const std::vector<std::string>& processes, LockTimes times)
    : state_(std::make_unique<State>()) {
  const LockText run = describe_run(output, processes);
  state_->claim = take_lock(output, run, times);
  state_->text = format_lock(run);
  state_->times = times;
  check_neighbours(output, times);
  state_->thread = std::thread([state = state_.get()] { state->show_life(); });
}

OutputLock::~OutputLock() = default;
OutputLock::OutputLock(OutputLock&&) noexcept = default;

const LockClaim& OutputLock::claim() const { return state_->claim; }

void require_lock(const LockClaim& claim) {
  std::optional<LockFile> file;
  try {
    file = read_lock_file(claim.path);
  } catch (const std::system_error&) {
    return;  // whether another run has it cannot be known now
  }
  if (!file) return;
  const std::optional<LockText> lock = parse_lock(file->text);
  if (!lock || lock->token == claim.token || lock->token.empty()) return;
  throw LostLock({"the output of this run was taken over by another one: '" + claim.path.string() +
                      "' is of user " + lock->user + ", since " + lock->since,
                  "this run gave no sign of life for too long, or its lock was removed",
                  "Nothing more of it is written; let the other one end."});
}

void remove_lock(const LockClaim& claim) noexcept {
  try {
    const std::optional<LockFile> file = read_lock_file(claim.path);
    if (file && file->text.starts_with(first_line_of_lock(claim.token)))
      ::unlink(claim.path.c_str());
  } catch (const std::exception&) {
    // It stays, and is known to be a dead owner's.
  }
}

}  // namespace csm
