#pragma once
#include <algorithm>
#include <cmath>
#include <span>

namespace csm {

/// The largest magnitude of values; NaN does not count, and 0 comes back if nothing else is there.
inline double largest_magnitude(std::span<const float> values) {
  double largest = 0;
  for (const float value : values) {
    if (!std::isnan(value)) largest = std::max(largest, std::abs(double{value}));
  }
  return largest;
}

}  // namespace csm
