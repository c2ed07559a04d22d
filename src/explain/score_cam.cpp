#include "score_cam.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "explained_image.h"

namespace csm {
namespace {

/// (n x 1 x H x W): channels (1 x n x h x w) enlarged and each stretched to [0, 1].
at::Tensor channel_masks(const at::Tensor& channels, const at::Tensor& like) {
  const at::Tensor large =
      at::upsample_bilinear2d(channels, {like.size(2), like.size(3)}, /*align_corners=*/false)
          .transpose(0, 1);
  const at::Tensor lowest = large.amin({2, 3}, true);
  return at::nan_to_num((large - lowest) / (large.amax({2, 3}, true) - lowest), 0.0, 0.0, 0.0);
}

/// Of the clean image, for the channels, and of every mask.
PassesPerImage passes_of_score_cam(const MethodContext& context) {
  return {.forwards = 1 + context.layer().shape[0], .backwards = 0};
}

Grid<float> make_score_cam_map(ExplainedImage& image) {
  const at::Tensor value = image.layer_value();
  return on_input(score_cam(image.forward_score(), value, image.clean(), image.fill(),
                            image.context().forward_batch),
                  image);
}

}  // namespace

at::Tensor score_cam(const ScoreFunction& score, const at::Tensor& value, const at::Tensor& clean,
                     const at::Tensor& fill, int batch_size) {
  const at::Tensor varies = value.amax({0, 2, 3}).ne(value.amin({0, 2, 3}));
  const at::Tensor channels = value.index_select(1, varies.nonzero().flatten());
  const std::int64_t n_channels = channels.size(1);
  if (n_channels == 0) return at::zeros({value.size(2), value.size(3)}, at::kDouble);
  std::vector<at::Tensor> scores;
  for (std::int64_t first = 0; first < n_channels; first += batch_size) {
    const at::Tensor some =
        channels.narrow(1, first, std::min<std::int64_t>(batch_size, n_channels - first));
    scores.push_back(score(fill + channel_masks(some, clean) * (clean - fill)));
  }
  return weighted_sum(at::softmax(at::cat(scores), 0), in_double(channels));
}

SaliencyMethod score_cam_method() {
  return {
      .facts =
          {.name = "score_cam",
           .title = "Score-CAM",
           .summary =
               "feature maps weighted by the softmax of the scores of the image seen through each "
               "(Wang et al. 2020)",
           .cost = "1 forward, and 1 a channel that is not flat",
           .is_cost_upper_bound = true,
           .needs = {.layer = true}},
      .describe =
          [](const ConfidenceText& confidence) {
            return describe_layer_map("Score-CAM", confidence);
          },
      .passes = passes_of_score_cam,
      .map = make_score_cam_map};
}

}  // namespace csm
