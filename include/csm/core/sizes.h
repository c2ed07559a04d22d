#pragma once
#include <cstddef>
#include <limits>

#include "csm/core/error.h"

namespace csm {

/// The number of elements as an int, for grids and shapes; std::ssize where 64 bits are at hand.
/// @pre it fits
template <class Container>
constexpr int int_size(const Container& container) {
  CSM_EXPECT(container.size() <= std::size_t{std::numeric_limits<int>::max()});
  return static_cast<int>(container.size());
}

/// height * width. @pre neither is below 0
constexpr std::size_t n_pixels_of(int height, int width) {
  return static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
}

}  // namespace csm
