#include "csm/saliency/map_sums.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "fixed_point.h"

namespace csm {

MapSums::MapSums(int size) : size_(size) {
  CSM_EXPECT(size > 0);
  const std::size_t n_pixels = n_pixels_of(size, size);
  value_.resize(n_pixels);
  square_high_.resize(n_pixels);
  square_low_.resize(n_pixels);
  count_.resize(n_pixels);
}

void MapSums::add(const FixedCis& cis) {
  CSM_EXPECT(cis.size == size_);
  for (std::size_t i = 0; i < cis.pixel.size(); ++i) {
    const std::size_t q = cis.pixel[i];
    value_[q] = add_exact(value_[q], cis.value[i]);
    square_high_[q] = add_exact(square_high_[q], cis.square_high[i]);
    square_low_[q] += cis.square_low[i];
    count_[q] += 1;
  }
  n_images_[0] += 1;
}

CanonicalMap MapSums::to_map() const {
  CanonicalMap map;
  map.mean = Grid<float>(size_, size_);
  map.standard_error = Grid<float>(size_, size_, std::numeric_limits<float>::quiet_NaN());
  map.count = Grid<std::int64_t>(size_, size_);
  map.count.values() = count_;
  map.n_images = n_images_[0];
  for (std::size_t q = 0; q < value_.size(); ++q) {
    if (count_[q] == 0) continue;
    const auto n = static_cast<double>(count_[q]);
    const double mean = from_fixed_value(value_[q]) / n;  // Eq. (6)
    map.mean[q] = static_cast<float>(mean);
    if (count_[q] < 2) continue;
    const double mean_square =
        from_fixed_square({.high = square_high_[q], .low = square_low_[q]}) / n;
    const double variance = std::max(0.0, mean_square - mean * mean) * n / (n - 1);
    map.standard_error[q] = static_cast<float>(std::sqrt(variance / n));
  }
  return map;
}

std::vector<std::span<std::int64_t>> MapSums::buffers() {
  return {value_, square_high_, square_low_, count_, n_images_};
}

}  // namespace csm
