#include "corr_rise.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "csm/core/error.h"
#include "explained_image.h"

namespace csm {
namespace {

// The authors', on inputs of 112 px.
constexpr int n_squares = 3;
constexpr double square_share = 30.0 / 112;

/// Sums over masks, of which Pearson's correlation is made. A mask is 0 or 1, so that it is its own
/// square.
struct CorrelationSums {
  at::Tensor mask;          ///< (H x W), float64
  at::Tensor mask_x_score;  ///< likewise
  double score = 0;
  double score_square = 0;
  std::int64_t n = 0;

  /// @param masks (B x H x W) @param scores (B), float64
  void add(const at::Tensor& masks, const at::Tensor& scores) {
    mask += masks.sum(0);
    mask_x_score += (scores.reshape({-1, 1, 1}) * masks).sum(0);
    score += scores.sum().item<double>();
    score_square += scores.square().sum().item<double>();
    n += scores.size(0);
  }

  at::Tensor correlation() const {
    const auto count = static_cast<double>(n);
    const at::Tensor covariance = count * mask_x_score - mask * score;
    const at::Tensor mask_variance = count * mask - mask.square();
    const double score_variance = count * score_square - score * score;
    const at::Tensor divisor = (mask_variance * std::max(score_variance, 0.0)).sqrt();
    return at::where(divisor > 0, covariance / divisor, at::zeros_like(divisor)).clamp(-1, 1);
  }
};

MapText describe_corr_rise(const ConfidenceText& confidence) {
  return {.value = "correlation of the " + confidence.name + " with seeing the pixel",
          .unit = "1",
          .place = "through random masks",
          .high = "places that raise the network's " + confidence.name + " where they are seen",
          .low = "places that lower it"};
}

Grid<float> make_corr_rise_map(ExplainedImage& image) {
  return to_grid(corr_rise(image.forward_score(), image.clean(), image.fill(),
                           image.options().corr_rise_masks, image.context().forward_batch,
                           image.seed()));
}

}  // namespace

at::Tensor next_corr_rise_mask(SplitMix64& random, std::int64_t height, std::int64_t width) {
  const std::int64_t shorter = std::min(height, width);
  const std::int64_t side =
      std::max<std::int64_t>(1, std::lround(square_share * static_cast<double>(shorter)));
  const auto place = [&](std::int64_t length) {
    return static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(length - side + 1)));
  };
  at::Tensor mask = at::ones({height, width}, at::kFloat);
  for (int i = 0; i < n_squares; ++i) {
    const std::int64_t top = place(height);
    const std::int64_t left = place(width);
    mask.narrow(0, top, side).narrow(1, left, side).zero_();
  }
  return mask;
}

at::Tensor corr_rise(const ScoreFunction& score, const at::Tensor& clean, const at::Tensor& fill,
                     int n_masks, int batch_size, std::uint64_t seed) {
  SplitMix64 random(seed);
  const at::Tensor nothing = at::zeros({clean.size(2), clean.size(3)}, at::kDouble);
  CorrelationSums sums{.mask = nothing.clone(), .mask_x_score = nothing.clone()};
  double origin = 0;
  for (int first = 0; first < n_masks; first += batch_size) {
    std::vector<at::Tensor> masks;
    for (int i = first; i < std::min(n_masks, first + batch_size); ++i)
      masks.push_back(next_corr_rise_mask(random, clean.size(2), clean.size(3)));
    const at::Tensor stack = at::stack(masks);
    const at::Tensor scores = score(fill + stack.unsqueeze(1).to(clean.device()) * (clean - fill));

    // Masks through which the model lost the face have no score.
    const at::Tensor seen = scores.isnan().logical_not().nonzero().flatten();
    if (seen.size(0) == 0) continue;
    const at::Tensor known = scores.index_select(0, seen);

    // A correlation is the same for scores less a constant, and their squares are small then.
    if (sums.n == 0) origin = known[0].item<double>();
    sums.add(stack.index_select(0, seen).to(at::kDouble), known - origin);
  }
  if (sums.n == 0)
    throw ImageError("model finds no face", "it gives no numbers for any of the masked images");
  return sums.correlation();
}

SaliencyMethod corr_rise_method() {
  return {
      .facts = {.name = "corr_rise",
                .title = "CorrRISE",
                .summary = "correlation of the scores of the image seen through random masks with "
                           "the masks, three hidden squares each (Lu et al. 2024)",
                .cost = "--corr-rise-masks forwards",
                .needs = {.seed = true}},
      .describe = describe_corr_rise,
      .passes =
          [](const MethodContext& context) {
            return PassesPerImage{.forwards = context.options.corr_rise_masks, .backwards = 0};
          },
      .map = make_corr_rise_map};
}

}  // namespace csm
