#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>

#include "csm/model/device.h"

namespace csm {

/// Times of one piece of work.
struct MeteredTime {
  double seconds = 0;               ///< by the clock on the wall, until the device is done
  std::optional<double> device_ms;  ///< between two events on the device's stream; none on a CPU
};

/// Largest numbers of bytes during one piece of work.
struct MeteredMemory {
  std::int64_t tensor_bytes =
      0;  ///< of the tensors that this thread made during the work and that lived at once
  std::int64_t device_bytes = 0;    ///< of all tensors on the device; 0 on a CPU
  std::int64_t reserved_bytes = 0;  ///< that LibTorch held of the device's memory; 0 on a CPU
};

/// Runs the work and times it.
MeteredTime meter_time(ComputeDevice device, const std::function<void()>& work);

/// Runs the work and follows its memory. Not within a profile: LibTorch reports its memory to one
/// listener.
MeteredMemory meter_memory(const std::function<void()>& work);

/// Runs the work under LibTorch's profiler and writes the trace (Chrome's JSON): operators, and on
/// a GPU its kernels and copies.
void profile_work(const std::filesystem::path& path, bool has_cuda,
                  const std::function<void()>& work);

}  // namespace csm
