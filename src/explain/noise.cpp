#include "csm/explain/noise.h"

#include <ATen/ATen.h>

#include <cmath>
#include <numbers>

namespace csm {

double GaussianNoise::next() {
  has_second_ = !has_second_;
  if (!has_second_) return second_;
  const double radius = std::sqrt(-2 * std::log(1 - random_.uniform()));
  const double angle = 2 * std::numbers::pi * random_.uniform();
  second_ = radius * std::sin(angle);
  return radius * std::cos(angle);
}

at::Tensor GaussianNoise::draw(const std::vector<std::int64_t>& shape) {
  at::Tensor numbers = at::empty(shape, at::kFloat);
  float* out = numbers.mutable_data_ptr<float>();
  for (std::int64_t i = 0; i < numbers.numel(); ++i) out[i] = static_cast<float>(next());
  return numbers;
}

}  // namespace csm
