#pragma once
#include <string>
#include <vector>

#include "csm/store/rank_summary.h"
#include "csm/store/result.h"

namespace csm {

/// Where the ranks compute: a line for each, "rank 0 on node7: cuda:0 NVIDIA H100 (UUID), 4
/// threads"; above 32 ranks a line for each host, "node7: ranks 0-63, cpu, 1 thread each". @param
/// ranks by rank
std::vector<std::string> describe_ranks(const std::vector<RankRow>& ranks);

/// "0-3, 7": numbers as ranges. @pre ascending
std::string ranges_text(const std::vector<std::int64_t>& numbers);

/// Seconds of each phase that took any, imbalance and parallel efficiency, as a table of several
/// lines.
std::string run_summary_text(const RankSummary& summary);

}  // namespace csm
