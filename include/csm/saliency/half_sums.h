#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "csm/core/grid.h"

namespace csm {

/// The exact sums of CIS and n(q) of two disjoint halves of images: how well the halves agree tells
/// how well the map of both is known.
class HalfSums {
 public:
  /// @param size S of the maps (S x S)
  explicit HalfSums(int size);

  /// Adds sums of images to a half. @pre half is 0 or 1; value and count have S * S entries
  void add(int half, std::span<const std::int64_t> value, std::span<const std::int32_t> count);

  /// The CMS of both halves (S x S); 0 where no image covers the pixel.
  Grid<float> mean() const;

  /// 1 where an image of either half covers the pixel (S x S).
  Grid<unsigned char> covered() const;

  /// Pearson correlation of the halves' maps over the pixels that both cover; NaN if it is not
  /// defined.
  double agreement() const;

  /// The buffers in a fixed order, for a collective sum of whole numbers.
  std::vector<std::span<std::int64_t>> buffers();

 private:
  struct Half {
    std::vector<std::int64_t> value;  ///< S x S, units of 2^-36
    std::vector<std::int64_t> count;  ///< S x S
  };
  Grid<float> mean_of(const Half& half) const;

  int size_;
  std::vector<Half> halves_;
};

}  // namespace csm
