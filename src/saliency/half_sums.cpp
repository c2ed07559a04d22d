#include "csm/saliency/half_sums.h"

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "fixed_point.h"
#include "similarity.h"

namespace csm {

HalfSums::HalfSums(int size) : size_(size), halves_(2) {
  CSM_EXPECT(size > 0);
  for (Half& half : halves_) {
    half.value.resize(n_pixels_of(size, size));
    half.count.resize(half.value.size());
  }
}

void HalfSums::add(int half, std::span<const std::int64_t> value,
                   std::span<const std::int32_t> count) {
  Half& sums = halves_.at(half);
  CSM_EXPECT(value.size() == sums.value.size() && count.size() == sums.count.size());
  for (std::size_t q = 0; q < value.size(); ++q) {
    sums.value[q] = add_exact(sums.value[q], value[q]);
    sums.count[q] += count[q];
  }
}

Grid<float> HalfSums::mean_of(const Half& half) const {
  Grid<float> map(size_, size_);
  for (std::size_t q = 0; q < half.value.size(); ++q) {
    if (half.count[q] == 0) continue;
    const double mean = from_fixed_value(half.value[q]) / static_cast<double>(half.count[q]);
    map[q] = static_cast<float>(mean);
  }
  return map;
}

Grid<float> HalfSums::mean() const {
  Half both = halves_[0];
  for (std::size_t q = 0; q < both.value.size(); ++q) {
    both.value[q] = add_exact(both.value[q], halves_[1].value[q]);
    both.count[q] += halves_[1].count[q];
  }
  return mean_of(both);
}

Grid<unsigned char> HalfSums::covered() const {
  Grid<unsigned char> mask(size_, size_);
  for (std::int64_t q = 0; q < mask.size(); ++q)
    mask[q] = halves_[0].count[q] + halves_[1].count[q] > 0 ? 1 : 0;
  return mask;
}

double HalfSums::agreement() const {
  Grid<unsigned char> in_both(size_, size_);
  for (std::int64_t q = 0; q < in_both.size(); ++q)
    in_both[q] = halves_[0].count[q] > 0 && halves_[1].count[q] > 0 ? 1 : 0;
  return pearson_correlation(mean_of(halves_[0]), mean_of(halves_[1]), in_both);
}

std::vector<std::span<std::int64_t>> HalfSums::buffers() {
  return {halves_[0].value, halves_[0].count, halves_[1].value, halves_[1].count};
}

}  // namespace csm
