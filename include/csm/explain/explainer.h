#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "csm/core/geometry.h"
#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "csm/explain/target_score.h"
#include "csm/model/network.h"
#include "csm/occlusion/engine.h"

namespace csm {

/// Passes through the network for one image. A window of sliding_occlusion counts as one in any
/// engine.
struct PassesPerImage {
  std::int64_t forwards = 0;
  std::int64_t backwards = 0;

  bool operator==(const PassesPerImage&) const = default;
};

/// The saliency of an image on the network's input (H x W), and what it cost besides the clean
/// image's prediction.
struct Explanation {
  Grid<float> map;
  PassesPerImage cost;
};

struct ExplainOptions;
struct MethodFacts;
struct OcclusionOptions;

/// Makes the saliency map of an image by a baseline method or a control.
///
/// Gradients are those of the score by the normalised input. What "nothing there" looks like, the
/// baseline of integrated gradients and what stands where masks and windows hide the image, is
/// --fill. A map is a function of image, target and options only: batches have one size, and random
/// numbers come from the seed.
class Explainer {
 public:
  /// @pre options.method is one of method_facts and not csm; network and engine live longer than
  /// the explainer
  /// @param engine what scores the windows of sliding_occlusion, by its exact()
  /// @param forward_batch images in one forward of the methods that need no gradient
  /// Errors: InputError if the method cannot work on this network, with the reason.
  Explainer(const Network& network, OcclusionEngine& engine, const ExplainOptions& options,
            const OcclusionOptions& occlusion, int forward_batch);
  ~Explainer();
  Explainer(Explainer&&) noexcept;
  Explainer& operator=(Explainer&&) noexcept;

  /// Returns the saliency; describe_method says what its sign and values mean.
  /// @pre image has the height and width of the network's input
  /// @param face the used vertices v_i on the network's input [px], for centre_gaussian
  /// @param seed a function of the image and the run's seed only
  /// Errors: RunError if the network fails; ImageError if the map is not finite.
  Explanation explain(const RgbImage& image, std::span<const Point2> face,
                      const TargetScore& target, std::uint64_t seed);

  const MethodFacts& facts() const;

  /// The cost of an image, known before the run: an upper bound if facts().is_cost_upper_bound.
  PassesPerImage passes() const;

  /// Images in one pass; 0 for the controls.
  int batch_size() const;

  /// Name, kind and size of the layer that activations are taken from; empty for methods that take
  /// none.
  std::string cam_layer() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace csm
