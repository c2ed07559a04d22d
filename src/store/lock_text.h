#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "process_identity.h"

namespace csm {

/// A job of Slurm and which attempt at it runs; Slurm ends one attempt before it begins the next.
struct SlurmAttempt {
  std::string job;  ///< cluster and number
  std::int64_t restart = 0;
};

/// What the lock of an output holds: lines of a key and its value, for people too.
struct LockText {
  std::string token;
  std::string user;
  std::string since;   ///< UTC, 2026-11-28T02:09:59Z
  std::string output;  ///< the absolute path of the result
  std::optional<SlurmAttempt> slurm;
  std::vector<ProcessIdentity> processes;  ///< rank 0 first
};

/// The first line: only a file that begins with this text is a lock of this program.
std::string first_line_of_lock(const std::string& token);

std::string format_lock(const LockText& lock);

/// What is whole of a lock; none for a file of something else. An empty file is a lock that is
/// being written.
std::optional<LockText> parse_lock(const std::string& text);

/// The job of Slurm that this process belongs to, from its environment.
std::optional<SlurmAttempt> own_slurm_attempt();

/// The user's name, or number.
std::string own_user();

/// A lock that was found.
struct FoundLock {
  LockText lock;
  std::filesystem::path path;
  std::chrono::nanoseconds silence{};  ///< since its owner's last sign of life
};

/// Looks whether the owner of a lock is dead. @param output that is wanted
/// Errors: InputError with host, processes, user, since when, and what to do, if it lives or may
/// live.
void require_dead(const FoundLock& found, const std::filesystem::path& output,
                  std::chrono::nanoseconds dead_after);

}  // namespace csm
