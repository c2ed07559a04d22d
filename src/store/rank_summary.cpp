#include "csm/store/rank_summary.h"

#include <algorithm>
#include <cstddef>

#include "csm/core/error.h"

namespace csm {

RankSummary summarise_ranks(const std::vector<RankRow>& ranks) {
  RankSummary summary;
  if (ranks.empty()) return summary;
  const auto n_ranks = static_cast<double>(ranks.size());

  // Begin with the first rank as the slowest and busiest one.
  for (const auto& [phase, seconds] : ranks.front().seconds_of_phase) {
    summary.phases.push_back({.phase = phase,
                              .mean_seconds = 0,
                              .largest_seconds = seconds,
                              .slowest_rank = ranks.front().rank});
  }
  summary.busiest_rank = ranks.front().rank;

  // Means and largest values; of equal ones the lowest rank stays.
  for (const RankRow& row : ranks) {
    CSM_EXPECT(row.seconds_of_phase.size() == summary.phases.size());
    for (std::size_t i = 0; i < summary.phases.size(); ++i) {
      PhaseSummary& phase = summary.phases[i];
      const double seconds = row.seconds_of_phase[i].second;
      phase.mean_seconds += seconds / n_ranks;
      if (seconds <= phase.largest_seconds) continue;
      phase.largest_seconds = seconds;
      phase.slowest_rank = row.rank;
    }
    summary.loop_seconds = std::max(summary.loop_seconds, row.loop_seconds);
    summary.mean_busy_seconds += row.busy_seconds / n_ranks;
    if (row.busy_seconds <= summary.largest_busy_seconds) continue;
    summary.largest_busy_seconds = row.busy_seconds;
    summary.busiest_rank = row.rank;
  }

  // The two ratios, if anything was done.
  if (summary.mean_busy_seconds > 0)
    summary.imbalance = summary.largest_busy_seconds / summary.mean_busy_seconds;
  if (summary.loop_seconds > 0)
    summary.parallel_efficiency = summary.mean_busy_seconds / summary.loop_seconds;
  return summary;
}

}  // namespace csm
