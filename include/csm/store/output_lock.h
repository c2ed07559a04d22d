#pragma once
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "csm/core/error.h"

namespace csm {

/// Which lock a run holds: the file, and what identifies its owner.
struct LockClaim {
  std::filesystem::path path;
  std::string token;
};

/// An output that a run wrote on is another run's by now: its host stood still for too long, or
/// somebody removed the lock. Not a RunError, so that nothing that forgives those forgives it.
class LostLock : public Error {
 public:
  using Error::Error;
};

/// This process as a line of text: host, start of the system, space of process numbers, number,
/// start of the process. It distinguishes the process from every other one, also from one that is
/// given its number later.
std::string identify_process();

/// The lock of an output: its name without the extension and ".lock". Outputs whose pictures have
/// the same names have the same lock, by whatever path the folder is reached.
std::filesystem::path lock_path(const std::filesystem::path& output);

/// How an owner shows that it lives, to processes that cannot see its own.
struct LockTimes {
  std::chrono::milliseconds sign_of_life{15'000};  ///< between two new times of change of the file
  std::chrono::milliseconds dead_after{120'000};   ///< without one
};

/// Keeps an output for one run. The lock is a file that a person can read: host, user, since when,
/// all processes.
///
/// It relies on one thing of the file system, also of NFS: that a hard link is made once only (on
/// systems without hard links, that O_EXCL makes a file once only); never on flock. Whether an
/// owner lives is known for certain when its first process has run on this start of this system:
/// the process is there and has the same start, or not. Elsewhere its signs of life decide, by the
/// file server's clock alone: the time of change of the lock against that of a file made now. A
/// later attempt at the same Slurm job knows that Slurm has ended the earlier one.
class OutputLock {
 public:
  /// Takes the lock, also from a dead owner. @param processes of all ranks, as identify_process()
  /// gives them, this process first. @pre the folder of the output exists Errors: InputError if
  /// another run holds it, or if the file cannot be made.
  OutputLock(const std::filesystem::path& output, const std::vector<std::string>& processes,
             LockTimes times = {});

  /// Gives it back.
  ~OutputLock();
  OutputLock(OutputLock&&) noexcept;
  OutputLock& operator=(OutputLock&&) = delete;
  OutputLock(const OutputLock&) = delete;
  OutputLock& operator=(const OutputLock&) = delete;

  const LockClaim& claim() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Looks whether a run still holds its lock. From any rank and thread. A lock that was removed by
/// hand is not lost. Errors: LostLock.
void require_lock(const LockClaim& claim);

/// Removes a lock that is still held; for a process that ends without returning from main.
void remove_lock(const LockClaim& claim) noexcept;

}  // namespace csm
