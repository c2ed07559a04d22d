#pragma once
#include <optional>
#include <vector>

#include "csm/model/device.h"

namespace csm {

/// The devices that the CUDA driver shows to this process, by its ordinals, which obey
/// CUDA_VISIBLE_DEVICES as LibTorch's do. Empty if there is none; none if the driver's library is
/// absent or too old.
///
/// The driver is asked because LibTorch's C++ interface gives no UUID. Its library is loaded while
/// the program runs: it belongs to the machine's kernel module, no build machine needs to have it,
/// and the CPU build runs without it.
/// @param library the name that the dynamic linker looks for
std::optional<std::vector<CudaDevice>> ask_cuda_driver(const char* library = "libcuda.so.1");

}  // namespace csm
