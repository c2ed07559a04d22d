#pragma once
#include <string>

#include "csm/options/options.h"

namespace csm {

/// The device that a rank computes on.
struct ComputeDevice {
  bool is_cuda = false;
  int index = 0;
};

/// "cpu" or "cuda:N"
std::string to_string(ComputeDevice device);

/// Returns the device of a rank: cuda:(local_rank mod n_cuda_devices) where the option allows and one exists, else the
/// CPU. Errors: InputError for Device::cuda with n_cuda_devices = 0.
ComputeDevice choose_device(Device option, int local_rank, int n_cuda_devices);

/// The number of CUDA devices that this process sees; 0 with a CPU build of LibTorch.
int count_cuda_devices();

/// Sets LibTorch's threads of one operation and makes its kernels deterministic; call once, before the first forward.
void configure_compute(int n_threads);

/// The version of LibTorch.
std::string torch_version();

}  // namespace csm
