#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "csm/checkpoint/restore.h"
#include "csm/checkpoint/shard_keeper.h"
#include "csm/measure/image_worker.h"
#include "csm/measure/job.h"
#include "csm/measure/phase_clock.h"
#include "csm/report/event_log.h"
#include "csm/run/run.h"

namespace csm {

/// What a rank holds after the loop, when no image is left.
struct LoopResult {
  ShardState state;
  std::vector<CisPart> cis_parts;  ///< of this rank
  std::int64_t n_images = 0;       ///< that this rank worked on in this attempt
  std::string remark;              ///< why the run ended before its last image; empty if it did not
  double seconds = 0;              ///< of the loop [s]
  double wait_seconds = 0;         ///< of these without an image to work on [s]
};

/// Works on the images that are left: takes them from the queue of all ranks, keeps and saves what
/// they give, until none is left, an interrupt stops the run, or the map is good enough
/// (stop_rule.h). Writes progress, decisions and the root's checkpoints into its events.
/// @note Collective; between two decisions nothing is communicated but who takes which image,
/// counts, and a stop. Errors: LocalFailure on one rank; Stopped on all ranks where images are
/// left; RunError on all ranks where what is done could not be saved.
LoopResult run_work_loop(const Environment& environment, const Job& job, ImageWorker& worker,
                         Restored restored, PhaseClock& clock, EventLog& events);

}  // namespace csm
