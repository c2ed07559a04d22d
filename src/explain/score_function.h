#pragma once
#include <ATen/core/Tensor.h>

#include <functional>

namespace csm {

/// The score of each image of a batch: (B x 3 x H x W) to (B), float64, on the CPU.
using ScoreFunction = std::function<at::Tensor(const at::Tensor&)>;

}  // namespace csm
