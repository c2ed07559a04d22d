#pragma once
#include <functional>

#include "csm/cluster/communicator.h"

namespace csm {

/// Runs `work` on every rank, then all ranks agree on its outcome: where it threw on any rank,
/// every rank throws the error of the lowest failing rank (InputError stays InputError, everything
/// else becomes RunError). So no rank waits for one that has left.
/// @pre work itself calls no collective @note Collective.
void agree(const Communicator& communicator, const std::function<void()>& work);

}  // namespace csm
