#pragma once
#include <vector>

#include "csm/checkpoint/examples.h"
#include "csm/cluster/communicator.h"

namespace csm {

/// Returns the three best and then the three worst images of all ranks, on the root.
/// @param rows all images by order, on the root
/// @note Collective.
std::vector<ImageOutcome> collect_examples(const Communicator& communicator,
                                           const ExampleKeeper& keeper,
                                           const std::vector<ImageRow>& rows);

}  // namespace csm
