#include "csm/model/device.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <malloc.h>
#include <torch/version.h>

#include <limits>

#include "csm/core/error.h"

namespace csm {

std::string to_string(ComputeDevice device) {
  return device.is_cuda ? "cuda:" + std::to_string(device.index) : std::string("cpu");
}

ComputeDevice choose_device(Device option, int local_rank, int n_cuda_devices) {
  CSM_EXPECT(local_rank >= 0 && n_cuda_devices >= 0);
  if (option == Device::cpu || (option == Device::automatic && n_cuda_devices == 0)) return {};
  if (n_cuda_devices == 0) {
    throw InputError({"--device cuda, but this process sees no CUDA device",
                      "LibTorch is a CPU build, the driver is missing, or CUDA_VISIBLE_DEVICES hides the devices",
                      "Use --device cpu or auto, or install a CUDA build of torch and check nvidia-smi."});
  }
  return {.is_cuda = true, .index = local_rank % n_cuda_devices};
}

int count_cuda_devices() { return at::hasCUDA() ? static_cast<int>(at::getNumGPUs()) : 0; }

void configure_compute(int n_threads) {
  CSM_EXPECT(n_threads >= 1);
  at::set_num_threads(n_threads);
  // The activations of every batch have the same sizes. Left alone, glibc maps and returns such large blocks anew each
  // time, and the kernel clears their pages: a fifth to a third of the forward's time on a CPU. Kept in the heap they
  // are used again.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, 64 << 20);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/true);
  // With deterministic algorithms LibTorch fills every new tensor with NaN, to expose reads of memory that nobody
  // wrote: a twelfth of the forward's time. Every kernel writes its whole output, so the values do not depend on it.
  at::globalContext().setDeterministicFillUninitializedMemory(false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
}

std::string torch_version() { return TORCH_VERSION; }

}  // namespace csm
