#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "csm/core/error.h"
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
  double forward_seconds() const override { return forward_seconds_; }

 private:
  OcclusionScores run_batches(const at::Tensor& clean, const at::Tensor& fill,
                              std::span<const PatchRect> patches);
  void prepare_batch();
  Grid<float> forward(const at::Tensor& input);
  void occlude(std::span<const PatchRect> patches, const at::Tensor& image);

  const Network& network_;
  int batch_size_;
  at::Tensor batch_;  ///< (batch_size x 3 x H x W), on a CPU the clean image in every place between
                      ///< two batches
  double forward_seconds_ = 0;
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

Grid<float> FullEngine::forward(const at::Tensor& input) {
  const auto start = std::chrono::steady_clock::now();
  Grid<float> scores = class_scores(network_.forward(input), network_.contract());
  forward_seconds_ +=
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  require_finite_scores(scores.values());
  return scores;
}

/// The part of an image or of one image of the batch under a patch.
at::Tensor under(const at::Tensor& image, const PatchRect& patch) {
  return image.narrow(1, patch.y1, patch.y2 - patch.y1).narrow(2, patch.x1, patch.x2 - patch.x1);
}

/// Puts the part of an image under patch i into image i of the batch.
void FullEngine::occlude(std::span<const PatchRect> patches, const at::Tensor& image) {
  for (std::size_t i = 0; i < patches.size(); ++i) {
    under(batch_[static_cast<std::int64_t>(i)], patches[i]).copy_(under(image, patches[i]));
  }
}

OcclusionScores FullEngine::run_batches(const at::Tensor& clean, const at::Tensor& fill,
                                        std::span<const PatchRect> patches) {
  const c10::InferenceMode inference;
  const ComputeDevice device = network_.device();
  prepare_batch();
  const at::Tensor clean_image = to_device(clean, device)[0];
  const at::Tensor fill_picture = to_device(fill, device)[0];
  const at::Tensor sides = device.is_cuda ? to_device(patch_sides(patches), device) : at::Tensor();
  batch_.copy_(clean_image.unsqueeze(0).expand_as(batch_));
  OcclusionScores scores;
  scores.clean = forward(batch_.narrow(0, 0, 1)).values();
  scores.covered =
      Grid<float>(static_cast<int>(patches.size()), static_cast<int>(scores.clean.size()));
  scores.n_computed = static_cast<std::int64_t>(patches.size());
  // What is left after the whole batches goes in halves, quarters and so on: the convolutions
  // prepare code and memory for every shape that they meet, so the number of shapes is kept small.
  auto n = static_cast<std::size_t>(batch_size_);
  for (std::size_t first = 0; first < patches.size(); first += n) {
    while (n > patches.size() - first) n /= 2;
    const std::span<const PatchRect> now = patches.subspan(first, n);
    const auto n_now = static_cast<std::int64_t>(n);
    const at::Tensor batch = batch_.narrow(0, 0, n_now);
    if (device.is_cuda) {
      occlude_batch(batch, clean_image, fill_picture,
                    sides.narrow(0, static_cast<std::int64_t>(first), n_now));
    } else {
      occlude(now, fill_picture);
    }
    const Grid<float> occluded = forward(batch);
    std::copy(occluded.values().begin(), occluded.values().end(),
              scores.covered.row(static_cast<int>(first)).begin());
    if (!device.is_cuda) occlude(now, clean_image);
  }
  return scores;
}

}  // namespace

void require_finite_scores(std::span<const float> scores) {
  if (!std::all_of(scores.begin(), scores.end(),
                   [](float value) { return std::isfinite(value); })) {
    throw ImageError("model gives NaN", "a score of the network is not finite");
  }
}

std::unique_ptr<OcclusionEngine> make_full_engine(const Network& network, int batch_size) {
  return std::make_unique<FullEngine>(network, batch_size);
}

}  // namespace csm
