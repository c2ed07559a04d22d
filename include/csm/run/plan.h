#pragma once
#include <string>

#include "csm/cluster/communicator.h"

namespace csm {

struct Options;

/// Returns what a run would do, as text: images, patches, multiply-adds, memory, estimated time.
/// Fits the mesh to at most five images of the run to count their patches and times three batches;
/// writes nothing.
/// @note Collective, since every rank must be able to prepare; the text is the root's.
std::string plan_job(const Communicator& communicator, const Options& options);

}  // namespace csm
