#include "masked_maps.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr double keep_probability = 0.5;  // the paper's

struct Window {
  std::int64_t y = 0;
  std::int64_t x = 0;
};

/// Where windows begin along a side.
std::vector<std::int64_t> window_starts(std::int64_t length, int side, int step) {
  std::vector<std::int64_t> starts;
  for (std::int64_t start = 0; start + side <= length; start += step) starts.push_back(start);
  if (starts.back() + side < length) starts.push_back(length - side);
  return starts;
}

std::vector<Window> all_windows(const at::Tensor& picture, int side, int step) {
  std::vector<Window> windows;
  const std::vector<std::int64_t> columns = window_starts(picture.size(3), side, step);
  for (const std::int64_t y : window_starts(picture.size(2), side, step)) {
    for (const std::int64_t x : columns) windows.push_back({y, x});
  }
  return windows;
}

at::Tensor under(const at::Tensor& picture, const Window& window, int side) {
  return picture.narrow(-2, window.y, side).narrow(-1, window.x, side);
}

}  // namespace

int n_windows(int length, int side, int step) { return static_cast<int>(window_starts(length, side, step).size()); }

at::Tensor sliding_occlusion(const ScoreFunction& score, const at::Tensor& clean, const at::Tensor& fill, int side,
                             int step, int batch_size) {
  CSM_EXPECT(side >= 1 && side <= clean.size(2) && side <= clean.size(3) && step >= 1 && step <= side);
  const double clean_score = score(clean).item<double>();
  const std::vector<Window> windows = all_windows(clean, side, step);
  at::Tensor sum = at::zeros({clean.size(2), clean.size(3)}, at::kDouble);
  at::Tensor count = at::zeros_like(sum);
  for (std::size_t first = 0; first < windows.size(); first += static_cast<std::size_t>(batch_size)) {
    const std::size_t n = std::min(static_cast<std::size_t>(batch_size), windows.size() - first);
    const at::Tensor batch = clean.repeat({static_cast<std::int64_t>(n), 1, 1, 1});
    for (std::size_t i = 0; i < n; ++i)
      under(batch[static_cast<std::int64_t>(i)], windows[first + i], side)
          .copy_(under(fill[0], windows[first + i], side));
    const at::Tensor scores = score(batch);
    for (std::size_t i = 0; i < n; ++i) {
      under(sum, windows[first + i], side).add_(clean_score - scores[static_cast<std::int64_t>(i)].item<double>());
      under(count, windows[first + i], side).add_(1);
    }
  }
  return sum / count;
}

at::Tensor next_rise_mask(SplitMix64& random, int grid, std::int64_t height, std::int64_t width) {
  at::Tensor cells = at::empty({1, 1, grid, grid}, at::kFloat);
  float* out = cells.mutable_data_ptr<float>();
  for (int i = 0; i < grid * grid; ++i) out[i] = random.uniform() < keep_probability ? 1.0F : 0.0F;
  const std::int64_t cell_height = (height + grid - 1) / grid;
  const std::int64_t cell_width = (width + grid - 1) / grid;
  const at::Tensor large =
      at::upsample_bilinear2d(cells, {(grid + 1) * cell_height, (grid + 1) * cell_width}, /*align_corners=*/false);
  const auto top = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(cell_height)));
  const auto left = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(cell_width)));
  return large[0][0].narrow(0, top, height).narrow(1, left, width);
}

at::Tensor rise(const ScoreFunction& score, const at::Tensor& clean, const at::Tensor& fill, int n_masks, int grid,
                int batch_size, std::uint64_t seed) {
  SplitMix64 random(seed);
  at::Tensor sum = at::zeros({clean.size(2), clean.size(3)}, at::kDouble);
  at::Tensor sum_of_masks = at::zeros_like(sum);
  double sum_of_scores = 0;
  for (int first = 0; first < n_masks; first += batch_size) {
    std::vector<at::Tensor> masks;
    for (int i = first; i < std::min(n_masks, first + batch_size); ++i)
      masks.push_back(next_rise_mask(random, grid, clean.size(2), clean.size(3)));
    const at::Tensor stack = at::stack(masks);
    const at::Tensor scores = score(fill + stack.unsqueeze(1).to(clean.device()) * (clean - fill));
    const at::Tensor weights = stack.to(at::kDouble);
    sum += (scores.reshape({-1, 1, 1}) * weights).sum(0);
    sum_of_masks += weights.sum(0);
    sum_of_scores += scores.sum().item<double>();
  }
  return (sum - sum_of_masks * (sum_of_scores / n_masks)) / (n_masks * keep_probability);
}

}  // namespace csm
