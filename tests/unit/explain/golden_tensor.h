#pragma once
#include <ATen/ATen.h>

#include <cstdint>
#include <string>
#include <vector>

#include "support/golden.h"

namespace csm::test {

/// A list of explain.json as a tensor of this shape, float64.
inline at::Tensor golden_tensor(const std::string& part, const std::vector<std::int64_t>& shape) {
  return at::tensor(numbers(golden(part, "explain.json"))).reshape(shape);
}

}  // namespace csm::test
