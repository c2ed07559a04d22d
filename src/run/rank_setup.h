#pragma once
#include "csm/cluster/communicator.h"
#include "csm/model/device.h"

namespace csm {

struct ModelOptions;

/// Where and with how many threads a rank computes.
struct RankSetup {
  ComputeDevice device;
  CudaDevice cuda;  ///< its name and UUID, empty for the CPU
  int n_threads = 1;
};

/// Chooses this rank's device and threads and sets LibTorch's threads. Warns where the launcher has
/// bound the rank to fewer cores than its share of the node.
/// @note Collective. Errors: InputError on all ranks, as assign_devices, and where some ranks have
/// a GPU and others have none: the CPU and a GPU round differently, so the result would depend on
/// who takes which image.
RankSetup set_up_rank(const Communicator& communicator, const ModelOptions& options);

}  // namespace csm
