#pragma once
#include <functional>

#include "csm/cluster/communicator.h"

namespace csm::test {

/// Runs the body of a test on ranks of each kind that the test program has: under MPI on those it
/// was started with, elsewhere on one rank by itself and on 1, 2, 3 and 8 ranks that are threads.
/// All ranks call it.
void on_ranks(const std::function<void(const Communicator&)>& body);

}  // namespace csm::test
