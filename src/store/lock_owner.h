#pragma once
#include <chrono>
#include <filesystem>

#include "lock_text.h"

namespace csm {

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
