#include "csm/model/transfer.h"

#include <algorithm>
#include <cstdint>

#include "csm/core/error.h"

namespace csm {

at::Device torch_device(ComputeDevice device) {
  return device.is_cuda ? at::Device(at::kCUDA, static_cast<at::DeviceIndex>(device.index))
                        : at::Device(at::kCPU);
}

at::Tensor to_device(const at::Tensor& tensor, ComputeDevice device) {
  if (!device.is_cuda) return tensor;
  // The memory returns to LibTorch's pool of page-locked memory, which knows until when the copy
  // needs it.
  return tensor.pin_memory().to(torch_device(device), /*non_blocking=*/true);
}

std::vector<at::Tensor> to_host(const std::vector<at::Tensor>& tensors) {
  CSM_EXPECT(!tensors.empty());
  std::vector<at::Tensor> flat;
  std::vector<std::int64_t> widths;
  for (const at::Tensor& tensor : tensors) {
    flat.push_back(tensor.reshape({tensor.size(0), -1}).to(at::kFloat));
    widths.push_back(flat.back().size(1));
  }
  const at::Tensor together = (flat.size() == 1 ? flat.front() : at::cat(flat, 1)).to(at::kCPU);
  std::vector<at::Tensor> parts = together.split_with_sizes(widths, 1);
  for (at::Tensor& part : parts) part = part.contiguous();
  return parts;
}

Grid<float> to_grid(const at::Tensor& tensor) {
  CSM_EXPECT(tensor.dim() == 2);
  const at::Tensor values = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  Grid<float> grid(static_cast<int>(values.size(0)), static_cast<int>(values.size(1)));
  const std::span<const float> from = values_of(values);
  std::copy(from.begin(), from.end(), grid.values().begin());
  return grid;
}

}  // namespace csm
