#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/model/class_scores.h"
#include "csm/model/transfer.h"
#include "csm/occlusion/engine.h"
#include "occlude_batch.h"
#include "shrinking_batch.h"

namespace csm {
namespace {

class FullEngine : public OcclusionEngine {
 public:
  FullEngine(const Network& network, int batch_size) : network_(network), batch_size_(batch_size) {
    CSM_EXPECT(batch_size >= 1);
  }

  OcclusionScores run(const at::Tensor& clean, const at::Tensor& fill,
                      std::span<const PatchRect> patches) override {
    return with_shrinking_batch(batch_size_, network_.device(),
                                [&] { return run_batches(clean, fill, patches); });
  }

  int batch_size() const override { return batch_size_; }

 private:
  OcclusionScores run_batches(const at::Tensor& clean, const at::Tensor& fill,
                              std::span<const PatchRect> patches);
  void prepare_batch();
  void occlude(std::span<const PatchRect> patches, const at::Tensor& image);

  const Network& network_;
  int batch_size_;
  at::Tensor batch_;  ///< (batch_size x 3 x H x W), on a CPU the clean image in every place between
                      ///< two batches
};

/// Makes room for a batch, in the first run and when memory ran out in another.
void FullEngine::prepare_batch() {
  if (batch_.defined() && batch_.size(0) == batch_size_) return;
  batch_.reset();
  const InputContract& input = network_.contract().input;
  // Channels-last is the faster layout of the convolutions on CPUs and on tensor cores.
  batch_ = at::empty({batch_size_, 3, input.height, input.width},
                     at::TensorOptions(at::kFloat).device(torch_device(network_.device())),
                     at::MemoryFormat::ChannelsLast);
}

/// A row of NaN means that the model found no face in that image.
void require_finite_or_lost(const Grid<float>& scores) {
  for (int image = 0; image < scores.height(); ++image) {
    if (!is_face_lost(scores.row(image))) require_finite_scores(scores.row(image));
  }
}

/// Scores of a batch, and how long the network took.
struct TimedScores {
  Grid<float> scores;
  double seconds = 0;
};

TimedScores forward(const Network& network, const at::Tensor& input) {
  const auto start = std::chrono::steady_clock::now();
  Grid<float> scores = class_scores(network.forward(input), network.contract());
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  if (network.capabilities().may_lose_face) {
    require_finite_or_lost(scores);
  } else {
    require_finite_scores(scores.values());
  }
  return {.scores = std::move(scores), .seconds = spent.count()};
}

/// The part of an image or of one image of the batch under a patch.
at::Tensor under(const at::Tensor& image, const PatchRect& patch) {
  return image.narrow(1, patch.y1, patch.y2 - patch.y1).narrow(2, patch.x1, patch.x2 - patch.x1);
}

/// Puts the part of an image under patch i into image i of the batch.
void FullEngine::occlude(std::span<const PatchRect> patches, const at::Tensor& image) {
  std::int64_t i = 0;
  for (const PatchRect& patch : patches) under(batch_[i++], patch).copy_(under(image, patch));
}

OcclusionScores FullEngine::run_batches(const at::Tensor& clean, const at::Tensor& fill,
                                        std::span<const PatchRect> patches) {
  const c10::InferenceMode inference;
  const ComputeDevice device = network_.device();
  prepare_batch();
  const at::Tensor clean_image = to_device(clean, device)[0];
  const at::Tensor fill_image = to_device(fill, device)[0];
  const at::Tensor sides = device.is_cuda ? to_device(patch_sides(patches), device) : at::Tensor();
  batch_.copy_(clean_image.unsqueeze(0).expand_as(batch_));

  // conf(I) of Eq. (1) is made of these.
  const TimedScores of_clean = forward(network_, batch_.narrow(0, 0, 1));
  if (is_face_lost(of_clean.scores.values()))
    throw ImageError("model finds no face", "it gives no numbers for the image itself");
  OcclusionScores scores{.clean = of_clean.scores.values(),
                         .covered = Grid<float>(int_size(patches), of_clean.scores.width()),
                         .n_computed = std::ssize(patches),
                         .forward_seconds = of_clean.seconds,
                         .audit = std::nullopt};

  // What is left after the whole batches goes in halves, quarters and so on: the convolutions
  // prepare code and memory for every shape that they meet, so the number of shapes is kept small.
  std::int64_t n = batch_size_;
  for (std::int64_t first = 0; first < std::ssize(patches); first += n) {
    while (n > std::ssize(patches) - first) n /= 2;
    const std::span<const PatchRect> now = patches.subspan(first, n);
    const at::Tensor batch = batch_.narrow(0, 0, n);

    // Eqs. (2) and (3). On a CPU the patches alone are written, and put back after the forward.
    if (device.is_cuda) {
      occlude_batch(batch, clean_image, fill_image, sides.narrow(0, first, n));
    } else {
      occlude(now, fill_image);
    }
    const TimedScores occluded = forward(network_, batch);
    if (!device.is_cuda) occlude(now, clean_image);

    scores.forward_seconds += occluded.seconds;
    std::copy(occluded.scores.values().begin(), occluded.scores.values().end(),
              scores.covered.row(first).begin());
  }
  return scores;
}

}  // namespace

bool is_face_lost(std::span<const float> scores) {
  return std::all_of(scores.begin(), scores.end(), [](float value) { return std::isnan(value); });
}

std::unique_ptr<OcclusionEngine> make_full_engine(const Network& network, int batch_size) {
  return std::make_unique<FullEngine>(network, batch_size);
}

}  // namespace csm
