#pragma once
#include <cstdint>
#include <optional>
#include <span>

#include "csm/cluster/communicator.h"
#include "csm/inference/coarse_grid.h"
#include "csm/inference/group_design.h"
#include "csm/inference/resampling.h"
#include "csm/reduce/rank_values.h"

namespace csm {

/// How far the mean map of all images with a group would change with other persons. The same
/// numbers for any number of ranks, on the root; elsewhere, and if fewer than two persons are
/// shown, nothing.
/// @param images the same on all ranks @param own of deal_images @note Collective.
std::optional<MapIntervals> estimate_intervals(const Communicator& communicator,
                                               const CoarseGrid& grid,
                                               std::span<const DesignImage> images,
                                               const RankValues& own, std::int64_t n_resamples,
                                               std::uint64_t seed);

}  // namespace csm
