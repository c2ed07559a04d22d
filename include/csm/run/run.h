#pragma once
#include <filesystem>
#include <vector>

#include "csm/core/error.h"
#include "csm/run/environment.h"

namespace csm {

struct Options;

/// An error that one rank met alone, in the loop over its images: the others must be ended, they
/// are not waiting for it.
class LocalFailure : public RunError {
 public:
  using RunError::RunError;
};

/// The run was stopped with all finished images saved; not an error.
class Stopped : public Error {
 public:
  using Error::Error;
};

/// Sets what all ranks of a process share: LibTorch's kernels, the use of memory, environment
/// variables. To be called once, before run_job or plan_job and before other threads compute.
void configure_process();

/// Runs a whole job: prepare, take over what checkpoints hold, work on the images that are left,
/// reduce, write the result file and the report, remove the checkpoints. Returns the files written,
/// on the root.
/// @note Collective. Nothing is communicated inside the loop but who takes which image, counts, and
/// a stop. Errors: InputError on all ranks before any work; RunError on all ranks after the loop;
/// of the loop LocalFailure on one rank, Stopped on all ranks.
std::vector<std::filesystem::path> run_job(const Environment& environment, const Options& options);

}  // namespace csm
