#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "support/small_job.h"

namespace csm::test {

/// How a run is to be done.
struct RunSettings {
  int n_ranks = 1;                     ///< threads of this process
  std::vector<std::string> more = {};  ///< options besides those of the job
  /// Images that the ranks which count together have kept; whoever keeps one from then on stops the
  /// run.
  std::optional<std::int64_t> stop_after = {};
  std::function<std::chrono::steady_clock::time_point()> now = &std::chrono::steady_clock::now;
};

/// Does run NAME of a job on ranks that are threads. Returns whether it was stopped.
/// Errors: those of run_job, of the rank that failed first.
bool run_small_job(const SmallJob& job, const std::string& name, const RunSettings& settings = {});

/// One rank's part in a run. Errors: those of run_job, Stopped among them.
/// @param n_kept counts the images of the ranks that share it
void run_rank(const Communicator& communicator, const SmallJob& job, const std::string& name,
              const RunSettings& settings, std::atomic<std::int64_t>& n_kept);

}  // namespace csm::test
