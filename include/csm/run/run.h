#pragma once
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/cluster/interrupts.h"
#include "csm/core/error.h"
#include "csm/store/result.h"

namespace csm {

struct Options;

/// What a rank of a run finds around it, given by the program or by a test. One for each rank.
struct Environment {
  Communicator communicator;
  Interrupts& interrupts;  ///< of this rank
  std::string command;     ///< as it was typed, for the result file

  /// Called after each image that this rank has kept, on its own thread; may interrupt the run.
  std::function<void(const ImageRow&)> after_image = {};

  /// Draws the result file that was written, on the root; returns the files that it made.
  std::function<std::vector<std::filesystem::path>(const std::filesystem::path&)> draw = {};

  /// The time by which --time-limit is kept.
  std::function<std::chrono::steady_clock::time_point()> now = &std::chrono::steady_clock::now;
};

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

/// Exit codes of the programs, besides exit_stopped.
inline constexpr int exit_done = 0;
inline constexpr int exit_input = 2;
inline constexpr int exit_failed = 3;

/// Runs a program's work on a rank and returns its exit code. An error that all ranks share is
/// reported once, on the root; one that a rank met alone ends all of them.
int report_errors(const Communicator& communicator, const std::function<int()>& work);

/// Sets what all ranks of a process share: LibTorch's kernels, the use of memory, environment
/// variables. To be called once, before run_job or plan_job and before other threads compute.
void configure_process();

/// Runs a whole job: prepare, take over what checkpoints hold, work on the images that are left,
/// reduce, write the result file, draw it, remove the checkpoints. Returns the files written,
/// on the root.
/// @note Collective. Nothing is communicated inside the loop but who takes which image, counts, and
/// a stop. Errors: InputError on all ranks before any work; RunError on all ranks after the loop;
/// of the loop LocalFailure on one rank, Stopped on all ranks.
std::vector<std::filesystem::path> run_job(const Environment& environment, const Options& options);

/// Returns what a run would do, as text: images, patches, multiply-adds, memory, estimated time.
/// Fits the mesh to at most five images of the run to count their patches and times three batches;
/// writes nothing.
/// @note Collective, since every rank must be able to prepare; the text is the root's.
std::string plan_job(const Communicator& communicator, const Options& options);

}  // namespace csm
