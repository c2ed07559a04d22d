#include "explained_image.h"

#include <ATen/ATen.h>

#include "csm/core/error.h"
#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/model/transfer.h"

namespace csm {

at::Tensor ExplainedImage::on_host() const { return normalise_input(image_, context_.input()); }

const at::Tensor& ExplainedImage::clean() {
  if (!clean_.defined()) clean_ = to_device(on_host(), context_.network.device());
  return clean_;
}

const at::Tensor& ExplainedImage::fill() {
  if (!fill_.defined()) {
    const OcclusionOptions& occlusion = context_.occlusion;
    fill_ = to_device(
        fill_image(occlusion.fill, on_host(), context_.input(), occlusion.patch_size, seed_),
        context_.network.device());
  }
  return fill_;
}

ScoreFunction ExplainedImage::forward_score() {
  return [this](const at::Tensor& batch) {
    cost_.forwards += batch.size(0);
    return csm::forward_score(context_, target_, batch);
  };
}

ScoreFunction ExplainedImage::gradient_score(Rectifiers rectifiers) {
  CSM_EXPECT(context_.program || rectifiers == Rectifiers::as_they_are);
  return [this, rectifiers](const at::Tensor& batch) {
    cost_.forwards += batch.size(0);
    cost_.backwards += batch.size(0);
    return csm::gradient_score(context_, target_, rectifiers, batch);
  };
}

EmbeddingFunction ExplainedImage::gradient_embedding() {
  return [this](const at::Tensor& batch) {
    cost_.forwards += batch.size(0);
    at::Tensor embeddings = csm::gradient_embedding(context_, batch);
    // Each backward pass through the network comes by here.
    embeddings.register_hook(
        [this, n = batch.size(0)](const at::Tensor&) { cost_.backwards += n; });
    return embeddings;
  };
}

at::Tensor ExplainedImage::layer_value() {
  CSM_EXPECT(context_.cam_layer);
  cost_.forwards += 1;
  return context_.program->value(clean(), *context_.cam_layer);
}

LayerGradient ExplainedImage::layer_gradient() {
  CSM_EXPECT(context_.cam_layer);
  cost_.forwards += 1;
  cost_.backwards += 1;
  return context_.program->gradient_at(clean(), *context_.cam_layer,
                                       output_score(context_, target_));
}

WindowConfidences ExplainedImage::occlude(std::span<const PatchRect> windows) {
  const OcclusionScores scores = score_patches(context_.engine.exact(), context_.input(), image_,
                                               windows, context_.occlusion, seed_);
  cost_.forwards += 1 + scores.n_computed;

  WindowConfidences confidences{.clean = confidence_of(scores.clean, target_, target_.confidence),
                                .occluded = {}};
  for (int k = 0; k < scores.covered.height(); ++k) {
    confidences.occluded.push_back(
        confidence_of(scores.covered.row(k), target_, target_.confidence));
  }
  return confidences;
}

}  // namespace csm
