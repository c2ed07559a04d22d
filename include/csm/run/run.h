#pragma once
#include <filesystem>
#include <vector>

#include "csm/options/options.h"
#include "csm/run/environment.h"

namespace csm {

/// Sets what all ranks of a process share: LibTorch's kernels, the use of memory, environment variables. To be called
/// once, before run_job or plan_job and before other threads compute.
void configure_process();

/// Runs a whole job: prepare, take over what checkpoints hold, work on the images that are left, reduce, write the
/// result file and the report, remove the checkpoints. Returns the files written, on the root.
/// @note Collective. Nothing is communicated inside the loop but who takes which image, counts, and a stop.
/// Errors: InputError on all ranks before any work; RunError on all ranks after the loop; of the loop (work_loop.h):
/// LocalFailure on one rank, Stopped on all ranks.
std::vector<std::filesystem::path> run_job(const Environment& environment, const Options& options);

}  // namespace csm
