#pragma once
#include <cstdint>

#include "csm/cluster/communicator.h"
#include "csm/reduce/rank_values.h"

namespace csm {

/// The rows that all ranks hold, on the root, in the order of the images; elsewhere none.
/// @param n_images of the result @note Collective.
RankValues gather_rows(const Communicator& communicator, const RankValues& own,
                       std::int64_t n_images);

}  // namespace csm
