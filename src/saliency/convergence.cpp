#include "csm/saliency/convergence.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "csm/core/error.h"
#include "csm/saliency/fixed_point.h"
#include "csm/saliency/similarity.h"

namespace csm {
namespace {

constexpr int n_ladder_steps = 12;

/// Sums of one half of the images seen so far.
struct Prefix {
  std::vector<std::int64_t> value;
  std::vector<std::int64_t> count;

  explicit Prefix(std::size_t n_pixels) : value(n_pixels), count(n_pixels) {}

  Grid<float> mean(int size) const {
    Grid<float> map(size, size);
    for (std::size_t q = 0; q < value.size(); ++q) {
      if (count[q] > 0)
        map.values()[q] = static_cast<float>(from_fixed_value(value[q]) / static_cast<double>(count[q]));
    }
    return map;
  }
};

Prefix operator+(const Prefix& a, const Prefix& b) {
  Prefix sum = a;
  for (std::size_t q = 0; q < sum.value.size(); ++q) {
    sum.value[q] = add_exact(sum.value[q], b.value[q]);
    sum.count[q] += b.count[q];
  }
  return sum;
}

Grid<unsigned char> covered(const std::vector<std::int64_t>& count, int size) {
  Grid<unsigned char> mask(size, size);
  std::transform(count.begin(), count.end(), mask.values().begin(),
                 [](std::int64_t n) { return static_cast<unsigned char>(n > 0); });
  return mask;
}

}  // namespace

std::vector<std::int64_t> convergence_ladder(std::int64_t n_images) {
  CSM_EXPECT(n_images >= 1);
  std::vector<std::int64_t> ladder;
  for (int step = 0; step < n_ladder_steps; ++step) {
    const double exponent = static_cast<double>(step) / (n_ladder_steps - 1);
    const auto count = static_cast<std::int64_t>(std::llround(std::pow(static_cast<double>(n_images), exponent)));
    const std::int64_t next = ladder.empty() ? 1 : ladder.back() + 1;
    if (next <= n_images) ladder.push_back(std::max(count, next));
  }
  return ladder;
}

ConvergenceSums::ConvergenceSums(int size, std::vector<std::int64_t> ladder) : size_(size), ladder_(std::move(ladder)) {
  CSM_EXPECT(size > 0 && !ladder_.empty());
  const std::size_t n_pixels = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
  segments_.resize(2 * ladder_.size());
  for (Segment& segment : segments_) {
    segment.value.resize(n_pixels);
    segment.count.resize(n_pixels);
  }
  n_images_.resize(segments_.size());
}

void ConvergenceSums::add(std::int64_t order, const FixedCis& cis) {
  CSM_EXPECT(order >= 0 && order < ladder_.back() && cis.size == size_);
  const auto step = static_cast<std::size_t>(std::upper_bound(ladder_.begin(), ladder_.end(), order) - ladder_.begin());
  const std::size_t index = 2 * step + static_cast<std::size_t>(order % 2);
  Segment& segment = segments_[index];
  for (std::size_t i = 0; i < cis.pixel.size(); ++i) {
    const std::size_t q = cis.pixel[i];
    segment.value[q] = add_exact(segment.value[q], cis.value[i]);
    segment.count[q] += 1;
  }
  n_images_[index] += 1;
}

Convergence ConvergenceSums::to_convergence() const {
  const std::size_t n_pixels = segments_.front().value.size();
  std::vector<Prefix> halves{Prefix(n_pixels), Prefix(n_pixels)};
  std::vector<std::int64_t> half_counts(2);
  Convergence result;
  for (std::size_t step = 0; step < ladder_.size(); ++step) {
    const std::int64_t n_before = half_counts[0] + half_counts[1];
    for (std::size_t half = 0; half < 2; ++half) {
      const Segment& segment = segments_[2 * step + half];
      for (std::size_t q = 0; q < n_pixels; ++q) {
        halves[half].value[q] = add_exact(halves[half].value[q], segment.value[q]);
        halves[half].count[q] += segment.count[q];
      }
      half_counts[half] += n_images_[2 * step + half];
    }
    const std::int64_t n_images = half_counts[0] + half_counts[1];
    if (n_images == n_before) continue;
    result.image_count.push_back(n_images);
    result.snapshots.push_back((halves[0] + halves[1]).mean(size_));
    double agreement = std::numeric_limits<double>::quiet_NaN();
    if (half_counts[0] > 0 && half_counts[1] > 0) {
      Grid<unsigned char> both = covered(halves[0].count, size_);
      for (std::size_t q = 0; q < n_pixels; ++q) both.values()[q] &= static_cast<unsigned char>(halves[1].count[q] > 0);
      agreement = pearson_correlation(halves[0].mean(size_), halves[1].mean(size_), both);
    }
    result.pearson_of_halves.push_back(agreement);
  }
  const Prefix all = halves[0] + halves[1];
  const Grid<float> final_map = all.mean(size_);
  const Grid<unsigned char> mask = covered(all.count, size_);
  for (const Grid<float>& snapshot : result.snapshots) {
    result.rmse_to_final.push_back(root_mean_square_error(snapshot, final_map, mask));
    result.pearson_to_final.push_back(pearson_correlation(snapshot, final_map, mask));
    result.ssim_to_final.push_back(structural_similarity(snapshot, final_map, mask));
    result.spearman_to_final.push_back(spearman_correlation(snapshot, final_map, mask));
  }
  return result;
}

std::vector<std::span<std::int64_t>> ConvergenceSums::buffers() {
  std::vector<std::span<std::int64_t>> result;
  for (Segment& segment : segments_) result.emplace_back(segment.value);
  result.emplace_back(n_images_);
  return result;
}

std::vector<std::span<std::int32_t>> ConvergenceSums::count_buffers() {
  std::vector<std::span<std::int32_t>> result;
  for (Segment& segment : segments_) result.emplace_back(segment.count);
  return result;
}

}  // namespace csm
