#pragma once
#include <ATen/ATen.h>

#include <cstddef>
#include <span>
#include <vector>

#include "csm/core/grid.h"
#include "csm/model/device.h"

namespace csm {

/// The device as LibTorch names it.
at::Device torch_device(ComputeDevice device);

/// The tensor on a device. To a GPU it goes through page-locked memory without waiting for the
/// copy: the work that is queued after it on the GPU does. On a CPU it is the tensor itself. @pre
/// tensor is on the CPU
at::Tensor to_device(const at::Tensor& tensor, ComputeDevice device);

/// The tensors on the CPU, each of shape (B x n), float32, contiguous; all in one copy, so that a
/// GPU is waited for once.
/// @pre there is one at least, and all have the same first side B and lie on one device
std::vector<at::Tensor> to_host(const std::vector<at::Tensor>& tensors);

/// The values of a contiguous float32 tensor on the CPU, row-major; valid while the tensor lives.
inline std::span<const float> values_of(const at::Tensor& tensor) {
  return std::span(tensor.const_data_ptr<float>(), tensor.numel());
}

/// A tensor (height x width) as a grid of float32.
Grid<float> to_grid(const at::Tensor& tensor);

}  // namespace csm
