#pragma once
#include <filesystem>
#include <mutex>
#include <string>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/core/log.h"
#include "csm/report/event_log.h"
#include "csm/store/result.h"

namespace csm {

struct OutputOptions;

/// What a run reports of itself: text on the root's standard error stream, and the same as events
/// for
/// --log-json.
///   start         program, git, command, n_ranks
///   rank          rank, host, device, device_name, device_uuid, n_threads; one for each rank
///   progress      n_done, n_failed, n_total, seconds; at most every ten seconds, and at the end
///   warning       message; of another rank than 0 at the end of the loop, with `rank`
///   checkpoint    rank (0: the others write theirs in the same rhythm), file, seconds
///   decision      n_images, n_in_map, standard_error, agreement, stops (yes, no); where the run
///   may end early image_failed  id, reason, detail summary       n_images, n_failed, loop_seconds,
///   mean_busy_seconds, largest_busy_seconds, busiest_rank, imbalance,
///                 parallel_efficiency, and by phase mean_seconds, largest_seconds, slowest_rank
///   end           outcome (done, stopped, failed), message, files; absent where the run was killed
class RunLog {
 public:
  /// @note Collective. Errors: InputError on all ranks where the file of --log-json cannot be
  /// opened.
  RunLog(const Communicator& communicator, const OutputOptions& options);

  /// Of the root; those of the other ranks write nothing.
  EventLog& events() { return events_; }

  void start(const std::string& command);

  /// Gathers where the ranks compute and says it. @note Collective.
  void ranks(const RankRow& row);

  /// Writes the other ranks' warnings so far. @note Collective.
  void collect_warnings();

  /// Names the images that were left out: the first as text, all as events.
  void failures(const std::vector<ImageRow>& rows);

  void summary(const Result& result);
  void end(const std::string& outcome, const std::string& message,
           const std::vector<std::filesystem::path>& files);

 private:
  void keep_warning(const std::string& message);

  const Communicator& communicator_;
  bool quiet_;
  EventLog events_;
  std::mutex mutex_;
  std::vector<std::string> warnings_;  ///< of this rank, where it is not the root
  WarningScope scope_;
};

}  // namespace csm
