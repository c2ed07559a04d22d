#pragma once
#include <algorithm>
#include <iterator>
#include <vector>

namespace csm {

/// The middle value, of an even number the upper one of the two. Changes the order of the values.
/// @pre there is a value
template <class Value>
Value upper_median(std::vector<Value>& values) {
  const auto middle = values.begin() + std::ssize(values) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace csm
