#pragma once
#include <cstdint>
#include <vector>

#include "csm/cluster/communicator.h"
#include "csm/reduce/rank_values.h"

namespace csm {

/// The largest known magnitude of the map of each image, on all ranks; NaN of a map without a value
/// and of images that no rank holds. (n_images)
/// @note Collective.
std::vector<float> largest_of_maps(const Communicator& communicator, const RankValues& own,
                                   std::int64_t n_images);

}  // namespace csm
