#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/cluster/signal_watch.h"
#include "csm/options/options.h"

namespace csm {

/// Runs a whole job: prepare, take over what checkpoints hold, work on the images that are left, reduce, write the
/// result file and the report, remove the checkpoints. Returns the files written, on the root.
/// @note Collective. Nothing is communicated inside the loop but who takes which image, counts, and a stop.
/// Errors: InputError on all ranks before any work; RunError on all ranks after the loop; of the loop (work_loop.h):
/// LocalFailure on one rank, Stopped on all ranks.
std::vector<std::filesystem::path> run_job(const Communicator& communicator, SignalWatch& signals,
                                           const Options& options, const std::string& command);

}  // namespace csm
