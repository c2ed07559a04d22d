#pragma once
#include <filesystem>
#include <optional>

#include "csm/cluster/communicator.h"
#include "csm/cluster/interrupts.h"
#include "csm/store/output_lock.h"

namespace csm {

struct Options;

/// The output of a run, held for it alone from before any work until the object goes.
class ClaimedOutput {
 public:
  /// Takes the lock on rank 0, for all ranks, checks that the output can be written and, for
  /// --restart never, removes the old checkpoints. @note Collective. Errors: InputError on all
  /// ranks where another run holds the output.
  ClaimedOutput(const Communicator& communicator, Interrupts& interrupts, const Options& options);

  /// Gives the output back, on whichever rank ends the run.
  ~ClaimedOutput();
  ClaimedOutput(const ClaimedOutput&) = delete;
  ClaimedOutput& operator=(const ClaimedOutput&) = delete;

  /// The result file: --output, or where it leads to if it is a symbolic link.
  const std::filesystem::path& path() const { return path_; }

  const LockClaim& claim() const { return claim_; }

 private:
  Interrupts& interrupts_;
  const int n_exceptions_;
  std::filesystem::path path_;
  LockClaim claim_;
  std::optional<OutputLock> lock_;  ///< of the root
};

}  // namespace csm
