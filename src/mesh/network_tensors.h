#pragma once
#include <ATen/ATen.h>

#include <span>

#include "csm/model/device.h"

namespace csm {

/// The tensor on the network's device.
inline at::Tensor on_device(const at::Tensor& tensor, ComputeDevice device) {
  if (!device.is_cuda) return tensor;
  return tensor.to(at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index)));
}

/// The tensor as contiguous float32 on the CPU.
inline at::Tensor to_host(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kFloat).contiguous(); }

/// The values of a tensor of to_host(), row-major; valid while the tensor lives.
inline std::span<const float> values_of(const at::Tensor& tensor) {
  return {tensor.const_data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

}  // namespace csm
