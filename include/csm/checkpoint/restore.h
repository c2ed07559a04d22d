#pragma once
#include <cstdint>
#include <filesystem>
#include <vector>

#include "csm/checkpoint/job_identity.h"
#include "csm/checkpoint/shard_keeper.h"
#include "csm/checkpoint/shard_state.h"
#include "csm/cluster/communicator.h"

namespace csm {

/// Where a rank begins: what earlier attempts have left to it, and what is left to do.
struct Restored {
  ShardState state;
  CheckpointPlan plan;
  std::vector<std::int64_t>
      remaining;                ///< positions of the seeded order, ascending; the same on all ranks
  std::int64_t n_restored = 0;  ///< images of all ranks that need not be done again
};

/// The folder of the checkpoints of an output: OUTPUT.checkpoint beside it.
std::filesystem::path checkpoint_folder(const std::filesystem::path& output);

/// Whether an earlier attempt has left its folder and a run with these options would look at it. It
/// may be empty: an attempt can be ended while it clears up after its whole result.
bool has_checkpoint_folder(const Options& options);

/// Finds the checkpoints of the job and deals them to the ranks, however many wrote them.
///
/// Of each rank of each attempt the newest whole file counts. From the newest attempt to the oldest
/// a file is taken unless it shares an image with one that was taken: a rank of a later attempt has
/// added up the files that it was dealt, so its file takes their place the moment it is whole, and
/// no file need ever be removed at the same time. A damaged file is named in the log; what it alone
/// held is done again.
/// @note Collective. Errors: InputError on all ranks if a checkpoint belongs to another job (with
/// what differs), or if --restart require finds none.
Restored restore(const Communicator& communicator, const Job& job);

}  // namespace csm
