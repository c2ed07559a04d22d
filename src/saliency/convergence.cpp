#include "csm/saliency/convergence.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "fixed_point.h"
#include "similarity.h"

namespace csm {
namespace {

constexpr int n_ladder_steps = 12;

}  // namespace

std::vector<std::int64_t> convergence_ladder(std::int64_t n_images) {
  CSM_EXPECT(n_images >= 1);
  std::vector<std::int64_t> ladder;
  for (int step = 0; step < n_ladder_steps; ++step) {
    const double exponent = step / (n_ladder_steps - 1.0);
    const std::int64_t count = std::llround(std::pow(n_images, exponent));
    const std::int64_t next = ladder.empty() ? 1 : ladder.back() + 1;
    if (next <= n_images) ladder.push_back(std::max(count, next));
  }
  return ladder;
}

ConvergenceSums::ConvergenceSums(int size, std::vector<std::int64_t> ladder)
    : size_(size), ladder_(std::move(ladder)) {
  CSM_EXPECT(size > 0 && !ladder_.empty());
  const std::size_t n_pixels = n_pixels_of(size, size);
  segments_.resize(2 * ladder_.size());
  for (Segment& segment : segments_) {
    segment.value.resize(n_pixels);
    segment.count.resize(n_pixels);
  }
  n_images_.resize(segments_.size());
}

void ConvergenceSums::add(std::int64_t order, const FixedCis& cis) {
  CSM_EXPECT(order >= 0 && order < ladder_.back() && cis.size == size_);
  const auto step = std::upper_bound(ladder_.begin(), ladder_.end(), order) - ladder_.begin();
  const std::int64_t index = 2 * step + order % 2;
  Segment& segment = segments_[index];
  for (std::size_t i = 0; i < cis.pixel.size(); ++i) {
    const std::size_t q = cis.pixel[i];
    segment.value[q] = add_exact(segment.value[q], cis.value[i]);
    segment.count[q] += 1;
  }
  n_images_[index] += 1;
}

HalfSums ConvergenceSums::halves() const {
  HalfSums halves(size_);
  for (int i = 0; i < int_size(segments_); ++i)
    halves.add(i % 2, segments_[i].value, segments_[i].count);
  return halves;
}

Convergence ConvergenceSums::to_convergence() const {
  // A prefix of the seeded order is the sum of the segments up to it.
  HalfSums halves(size_);
  std::int64_t n_images = 0;
  Convergence result;
  for (int step = 0; step < int_size(ladder_); ++step) {
    const std::int64_t n_before = n_images;
    for (int half = 0; half < 2; ++half) {
      const Segment& segment = segments_[2 * step + half];
      halves.add(half, segment.value, segment.count);
      n_images += n_images_[2 * step + half];
    }
    if (n_images == n_before) continue;
    result.image_count.push_back(n_images);
    result.snapshots.push_back(halves.mean());
    result.pearson_of_halves.push_back(halves.agreement());
  }

  // The last prefix is all images.
  const Grid<float> final_map = halves.mean();
  const Grid<unsigned char> mask = halves.covered();
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
