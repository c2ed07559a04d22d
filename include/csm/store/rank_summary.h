#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "csm/store/result.h"

namespace csm {

/// One phase over all ranks.
struct PhaseSummary {
  std::string phase;
  double mean_seconds = 0;
  double largest_seconds = 0;
  std::int64_t slowest_rank = 0;  ///< the lowest of those with the largest time
};

/// How well the ranks were used. Busy time: the time that a rank spends in the loop over the images
/// on anything but `wait`, which is for the next image and, at the end, for the other ranks [s].
struct RankSummary {
  std::vector<PhaseSummary> phases;
  double loop_seconds = 0;  ///< wall time of the loop, of the rank that was longest in it
  double mean_busy_seconds = 0;
  double largest_busy_seconds = 0;
  std::int64_t busiest_rank = 0;
  double imbalance = 1;            ///< largest busy time / mean busy time
  double parallel_efficiency = 1;  ///< mean busy time / loop_seconds
};

/// Both ratios are 1 if nothing was done. @pre all ranks have the same phases in the same order
RankSummary summarise_ranks(const std::vector<RankRow>& ranks);

}  // namespace csm
