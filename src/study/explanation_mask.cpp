#include "csm/study/explanation_mask.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "csm/study/study_options.h"

namespace csm {

Grid<float> normalise_map(const Grid<float>& map, MapSign sign) {
  Grid<float> result = map;
  std::vector<float>& values = result.values();
  if (sign == MapSign::positive) {
    for (float& value : values) value = std::max(value, 0.0F);
  }
  const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
  if (lowest == values.end()) return result;
  const float low = *lowest;
  const float range = *highest - low;
  for (float& value : values) value = range > 0 ? (value - low) / range : 0.0F;
  return result;
}

DarkeningMask darkening_mask(const Grid<float>& normalised, double alpha) {
  CSM_EXPECT(alpha >= 0);
  double sum = 0;
  for (const float value : normalised.values()) sum += value;
  DarkeningMask result{.mask = Grid<float>(normalised.height(), normalised.width()),
                       .clipped_share = 0};
  if (sum <= 0 || alpha <= 0) return result;
  double taken = 0;
  for (std::int64_t q = 0; q < normalised.size(); ++q) {
    const double share = std::min(1.0, alpha * normalised[q] / sum);
    taken += share;
    result.mask[q] = static_cast<float>(share);
  }
  // Rounding of the sum is not clipping.
  const double lost = 1 - taken / alpha;
  result.clipped_share = lost > 1e-9 ? lost : 0;
  return result;
}

RgbImage negative_explanation(const RgbImage& picture, const Grid<float>& mask) {
  CSM_EXPECT(mask.height() == picture.height && mask.width() == picture.width);
  RgbImage result = picture;
  for (std::int64_t q = 0; q < mask.size(); ++q) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      std::uint8_t& value = result.values[q * 3 + channel];
      value = static_cast<std::uint8_t>(std::lround(static_cast<float>(value) * (1 - mask[q])));
    }
  }
  return result;
}

std::vector<int> order_of_pixels(const Grid<float>& map, std::uint64_t seed) {
  std::vector<int> order;
  order.reserve(map.size());
  for (const std::int64_t pixel : seeded_permutation(map.size(), seed)) {
    order.push_back(static_cast<int>(pixel));
  }
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return map[a] > map[b]; });
  return order;
}

double share_on_face(const Grid<float>& map, const Grid<float>& face) {
  CSM_EXPECT(map.height() == face.height() && map.width() == face.width());
  double all = 0;
  double inside = 0;
  for (std::int64_t q = 0; q < map.size(); ++q) {
    const double value = std::max(map[q], 0.0F);
    all += value;
    if (face[q] != 0) inside += value;
  }
  return all > 0 ? inside / all : 0;
}

}  // namespace csm
