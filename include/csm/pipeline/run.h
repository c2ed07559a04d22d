#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/core/error.h"
#include "csm/options/options.h"

namespace csm {

/// An error that one rank met alone, in the loop over its images: the others must be ended, they are not waiting for
/// it.
class LocalFailure : public RunError {
 public:
  using RunError::RunError;
};

/// Runs a whole job: prepare, loop over this rank's images, reduce, write the result file and the report. Returns the
/// files written, on the root.
/// @note Collective. Nothing is communicated inside the loop but progress.
/// Errors: InputError on all ranks before any work; RunError on all ranks after the loop; LocalFailure on one rank
/// inside it.
std::vector<std::filesystem::path> run_job(const Communicator& communicator, const Options& options,
                                           const std::string& command);

}  // namespace csm
