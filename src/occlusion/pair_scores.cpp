#include "csm/occlusion/pair_scores.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/class_scores.h"
#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/model/transfer.h"
#include "csm/occlusion/occlusion_options.h"

namespace csm {
namespace {

/// An image and what a patch of it is filled with, (3 x H x W) each.
struct Side {
  at::Tensor image;
  at::Tensor fill;
  std::span<const PatchRect> patches;

  /// Writes the part of the fill under a patch into a copy of the image, Eqs. (2) and (3).
  void occlude(const at::Tensor& copy, PatchId patch) const {
    const PatchRect& rect = patches[patch.index()];
    const auto under = [&](const at::Tensor& of) {
      return of.narrow(1, rect.y1, rect.y2 - rect.y1).narrow(2, rect.x1, rect.x2 - rect.x1);
    };
    under(copy).copy_(under(fill));
  }
};

Side make_side(const PatchedImage& patched, const InputContract& input,
               const OcclusionOptions& options) {
  const at::Tensor image = normalise_input(patched.image, input);
  return {.image = image[0],
          .fill = fill_image(options.fill, image, input, options.patch_size, patched.seed)[0],
          .patches = patched.patches};
}

/// The similarities of a batch (B x 6 x H x W), and the seconds that they took.
std::vector<double> forward(const Network& network, const at::Tensor& batch, double& seconds) {
  const auto start = std::chrono::steady_clock::now();
  const Grid<float> scores =
      class_scores(network.forward(to_device(batch, network.device())), network.contract());
  seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (const float score : scores.values()) {
    if (std::isinf(score) || (std::isnan(score) && !network.capabilities().may_lose_face))
      throw ImageError("model gives NaN", "a similarity is not finite");
  }
  return {scores.values().begin(), scores.values().end()};
}

void require_found(double clean) {
  if (std::isnan(clean))
    throw ImageError("model finds no face", "it gives no similarity for the images as they are");
}

}  // namespace

PairScores score_patch_pairs(const Network& network, int batch_size, const PatchedImage& first,
                             const PatchedImage& second, std::span<const PatchPair> pairs,
                             const OcclusionOptions& options) {
  const c10::InferenceMode inference;
  CSM_EXPECT(network.contract().role == ModelRole::pair && batch_size >= 1);
  const InputContract& input = network.contract().input;
  const Side left = make_side(first, input, options);
  const Side right = make_side(second, input, options);
  const at::Tensor clean = at::cat({left.image, right.image}, 0).unsqueeze(0);

  // conf(I) of Eq. (1) is made of these.
  PairScores scores;
  scores.clean = forward(network, clean, scores.forward_seconds)[0];
  require_found(scores.clean);

  // Both images occluded; what is left after the whole batches goes in halves, quarters and so on.
  std::int64_t n = batch_size;
  for (std::int64_t begin = 0; begin < std::ssize(pairs); begin += n) {
    while (n > std::ssize(pairs) - begin) n /= 2;
    const at::Tensor batch = clean.repeat({n, 1, 1, 1});
    for (std::int64_t i = 0; i < n; ++i) {
      const PatchPair& pair = pairs[static_cast<std::size_t>(begin + i)];
      left.occlude(batch[i].narrow(0, 0, 3), pair.first);
      right.occlude(batch[i].narrow(0, 3, 3), pair.second);
    }
    const std::vector<double> occluded = forward(network, batch, scores.forward_seconds);
    scores.occluded.insert(scores.occluded.end(), occluded.begin(), occluded.end());
  }
  return scores;
}

double score_clean_pair(const Network& network, const RgbImage& first, const RgbImage& second) {
  const c10::InferenceMode inference;
  const InputContract& input = network.contract().input;
  double seconds = 0;
  const double score =
      forward(network, at::cat({normalise_input(first, input), normalise_input(second, input)}, 1),
              seconds)[0];
  require_found(score);
  return score;
}

}  // namespace csm
