#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <vector>

#include "csm/core/random.h"

namespace csm {

/// Independent standard normal numbers by the method of Box and Muller (1958): of the uniform
/// numbers u and v in [0, 1) first sqrt(-2 ln(1 - u)) cos(2 pi v), then the same with the sine. The
/// stream does not depend on how it is cut.
class GaussianNoise {
 public:
  explicit GaussianNoise(std::uint64_t seed) : random_(seed) {}

  /// The next numbers of the stream in this shape, row-major, float32, on the CPU.
  at::Tensor draw(const std::vector<std::int64_t>& shape);

 private:
  double next();

  SplitMix64 random_;
  double second_ = 0;
  bool has_second_ = false;
};

}  // namespace csm
