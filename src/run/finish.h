#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "csm/measure/job.h"
#include "csm/reduce/sum_maps.h"
#include "csm/store/result.h"
#include "infer_from_maps.h"

namespace csm {

/// What the root knows besides the sums.
struct RunRecord {
  std::string command;
  std::string start_time;      ///< ISO 8601, UTC
  std::vector<ImageRow> rows;  ///< of all ranks, in any order
  std::vector<RankRow> ranks;
  RequestCounts requests;
  std::int64_t n_restored = 0;  ///< images that came from checkpoints
  std::vector<std::string> remarks;
  Inference inference;  ///< before its findings are concluded
};

/// Turns the sums of all ranks into the result. Errors: RunError if no image is left, or more
/// failed than allowed, with the reasons.
Result make_result(const Job& job, const RankSums& sums, RunRecord record);

}  // namespace csm
