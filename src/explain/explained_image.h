#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/explain/explainer.h"
#include "csm/model/transfer.h"
#include "csm/occlusion/patches.h"
#include "layer_map.h"
#include "method_context.h"
#include "score_function.h"

namespace csm {

/// Confidences of an image and of its copies with each window occluded.
struct WindowConfidences {
  double clean = 0;
  std::vector<double> occluded;
};

/// One image as a method sees it: tensors, scores and gradients, and the passes through the network
/// that they took. Belongs to one call and its thread: whatever passes through the network is
/// counted here, in functions that are not const. What it returns must not outlive it.
class ExplainedImage {
 public:
  /// @pre image has the height and width of the network's input; all references live longer than
  /// this
  /// @param face the used vertices v_i on the network's input [px]
  /// @param seed a function of the image and the run's seed only
  ExplainedImage(const MethodContext& context, const RgbImage& image, std::span<const Point2> face,
                 const TargetScore& target, std::uint64_t seed)
      : context_(context), image_(image), face_(face), target_(target), seed_(seed) {}

  const MethodContext& context() const { return context_; }
  const ExplainOptions& options() const { return context_.options; }
  int height() const { return context_.input().height; }
  int width() const { return context_.input().width; }
  std::span<const Point2> face() const { return face_; }
  std::uint64_t seed() const { return seed_; }
  const TargetScore& target() const { return target_; }

  /// The normalised image (1 x 3 x H x W), float32, on the network's device.
  const at::Tensor& clean();

  /// --fill as an image, shaped as clean: what "nothing there" looks like.
  const at::Tensor& fill();

  /// The network as a black box, without gradients.
  ScoreFunction forward_score();

  /// The network for gradients by its input. @pre the method needs input_gradient, and
  /// guided_rectifiers for those
  ScoreFunction gradient_score(Rectifiers rectifiers = Rectifiers::as_they_are);

  /// The embeddings of images, for gradients by the input, which may be taken more than once.
  /// @pre the method needs input_gradient and reference
  EmbeddingFunction gradient_embedding();

  /// The value of the layer, (1 x C x h x w). @pre the method needs layer
  at::Tensor layer_value();

  /// The value of the layer and the gradient of the score by it. @pre the method needs
  /// layer_gradient
  LayerGradient layer_gradient();

  /// Windows are occluded as patches are, so that the engine that saves work on patches saves it
  /// here.
  /// @pre the method needs patches
  WindowConfidences occlude(std::span<const PatchRect> windows);

  /// Passes through the network so far.
  const PassesPerImage& cost() const { return cost_; }

 private:
  at::Tensor on_host() const;

  const MethodContext& context_;
  const RgbImage& image_;
  std::span<const Point2> face_;
  const TargetScore& target_;
  std::uint64_t seed_;
  at::Tensor clean_;
  at::Tensor fill_;
  PassesPerImage cost_;
};

}  // namespace csm
