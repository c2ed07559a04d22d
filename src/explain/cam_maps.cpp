#include "cam_maps.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

namespace csm {
namespace {

/// max(0, sum over channels of weight * value): (h x w). weights has shape (C), value (1 x C x h x w).
at::Tensor weighted_sum(const at::Tensor& weights, const at::Tensor& value) {
  return at::relu((weights.reshape({1, -1, 1, 1}) * value).sum({0, 1}));
}

at::Tensor in_double(const at::Tensor& tensor) { return tensor.to(at::kCPU, at::kDouble); }

/// (n x 1 x H x W): channels (1 x n x h x w) enlarged and each stretched to [0, 1].
at::Tensor channel_masks(const at::Tensor& channels, const at::Tensor& like) {
  const at::Tensor large =
      at::upsample_bilinear2d(channels, {like.size(2), like.size(3)}, /*align_corners=*/false).transpose(0, 1);
  const at::Tensor lowest = large.amin({2, 3}, true);
  return at::nan_to_num((large - lowest) / (large.amax({2, 3}, true) - lowest), 0.0, 0.0, 0.0);
}

}  // namespace

at::Tensor enlarged(const at::Tensor& map, std::int64_t height, std::int64_t width) {
  return at::upsample_bilinear2d(map.unsqueeze(0).unsqueeze(0), {height, width}, /*align_corners=*/false)[0][0];
}

at::Tensor grad_cam(const LayerGradient& layer) {
  return weighted_sum(in_double(layer.gradient).mean({0, 2, 3}), in_double(layer.value));
}

at::Tensor grad_cam_pp(const LayerGradient& layer) {
  const at::Tensor value = in_double(layer.value);
  const at::Tensor gradient = in_double(layer.gradient);
  // g^2 / (2 g^2 + a g^3) = 1 / (2 + a g), which does not underflow.
  const at::Tensor below = value.sum({2, 3}, true) * gradient + 2;
  const at::Tensor alpha = at::where(gradient.eq(0).logical_or(below.eq(0)), 0.0, below.reciprocal());
  return weighted_sum((alpha * at::relu(gradient)).sum({0, 2, 3}), value);
}

at::Tensor score_cam(const ScoreFunction& score, const at::Tensor& value, const at::Tensor& clean,
                     const at::Tensor& fill, int batch_size) {
  const at::Tensor varies = value.amax({0, 2, 3}).ne(value.amin({0, 2, 3}));
  const at::Tensor channels = value.index_select(1, varies.nonzero().flatten());
  const std::int64_t n_channels = channels.size(1);
  if (n_channels == 0) return at::zeros({value.size(2), value.size(3)}, at::kDouble);
  std::vector<at::Tensor> scores;
  for (std::int64_t first = 0; first < n_channels; first += batch_size) {
    const at::Tensor some = channels.narrow(1, first, std::min<std::int64_t>(batch_size, n_channels - first));
    scores.push_back(score(fill + channel_masks(some, clean) * (clean - fill)));
  }
  return weighted_sum(at::softmax(at::cat(scores), 0), in_double(channels));
}

}  // namespace csm
