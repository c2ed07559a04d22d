#pragma once
#include <functional>

#include "csm/cluster/communicator.h"

namespace csm {

/// Runs `work` on n ranks that are threads of this process, and waits for all of them.
///
/// A rank that ends, by an error or too early, holds nobody: the others, at their next collective
/// or call of a work queue, meet a RunError that names it. Two ranks in different collectives are
/// an error on both too, so that a test finds what MPI would let hang.
/// @param work called once on each thread with the rank's communicator
/// Errors: the first error in time that a rank ended with.
void run_thread_ranks(int n_ranks, const std::function<void(const Communicator&)>& work);

}  // namespace csm
