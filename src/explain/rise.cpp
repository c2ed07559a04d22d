#include "rise.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "csm/core/error.h"
#include "explained_image.h"

namespace csm {
namespace {

constexpr double keep_probability = 0.5;  // the paper's

MapText describe_rise(const ConfidenceText& confidence) {
  return {.value = "mean " + confidence.name + " where the pixel is seen, less the mean",
          .unit = confidence.unit,
          .place = "through random masks",
          .high = "places that raise the network's " + confidence.name + " where they are seen",
          .low = "places that lower it"};
}

Grid<float> make_rise_map(ExplainedImage& image) {
  const ExplainOptions& options = image.options();
  return to_grid(rise(image.forward_score(), image.clean(), image.fill(), options.masks,
                      options.mask_grid, image.context().forward_batch, image.seed()));
}

}  // namespace

at::Tensor next_rise_mask(SplitMix64& random, int grid, std::int64_t height, std::int64_t width) {
  at::Tensor cells = at::empty({1, 1, grid, grid}, at::kFloat);
  float* out = cells.mutable_data_ptr<float>();
  for (int i = 0; i < grid * grid; ++i) out[i] = random.uniform() < keep_probability ? 1.0F : 0.0F;
  const std::int64_t cell_height = (height + grid - 1) / grid;
  const std::int64_t cell_width = (width + grid - 1) / grid;
  const at::Tensor large = at::upsample_bilinear2d(
      cells, {(grid + 1) * cell_height, (grid + 1) * cell_width}, /*align_corners=*/false);
  const auto shift = [&](std::uint64_t side) {
    return static_cast<std::int64_t>(random.below(side));
  };
  const std::int64_t top = shift(cell_height);
  const std::int64_t left = shift(cell_width);
  return large[0][0].narrow(0, top, height).narrow(1, left, width);
}

at::Tensor rise(const ScoreFunction& score, const at::Tensor& clean, const at::Tensor& fill,
                int n_masks, int grid, int batch_size, std::uint64_t seed) {
  SplitMix64 random(seed);
  at::Tensor sum = at::zeros({clean.size(2), clean.size(3)}, at::kDouble);
  at::Tensor sum_of_masks = at::zeros_like(sum);
  double sum_of_scores = 0;
  std::int64_t n_seen = 0;  // masks through which the model still found the face
  for (int first = 0; first < n_masks; first += batch_size) {
    std::vector<at::Tensor> masks;
    for (int i = first; i < std::min(n_masks, first + batch_size); ++i)
      masks.push_back(next_rise_mask(random, grid, clean.size(2), clean.size(3)));
    const at::Tensor stack = at::stack(masks);
    at::Tensor scores = score(fill + stack.unsqueeze(1).to(clean.device()) * (clean - fill));
    at::Tensor weights = stack.to(at::kDouble);
    if (const at::Tensor is_seen = scores.isnan().logical_not(); !is_seen.all().item<bool>()) {
      scores = scores.masked_select(is_seen);
      weights = weights.index_select(0, is_seen.nonzero().flatten());
    }
    n_seen += scores.size(0);
    sum += (scores.reshape({-1, 1, 1}) * weights).sum(0);
    sum_of_masks += weights.sum(0);
    sum_of_scores += scores.sum().item<double>();
  }
  if (n_seen == 0)
    throw ImageError("model finds no face", "it gives no numbers for any of the masked images");
  const auto n = static_cast<double>(n_seen);
  return (sum - sum_of_masks * (sum_of_scores / n)) / (n * keep_probability);
}

SaliencyMethod rise_method() {
  return {
      .facts =
          {.name = "rise",
           .title = "RISE",
           .summary =
               "scores less their mean of the image seen through random masks of --mask-grid cells "
               "a side (Petsiuk et al. 2018)",
           .cost = "--masks forwards",
           .needs = {.seed = true}},
      .describe = describe_rise,
      .passes =
          [](const MethodContext& context) {
            return PassesPerImage{.forwards = context.options.masks, .backwards = 0};
          },
      .map = make_rise_map};
}

}  // namespace csm
