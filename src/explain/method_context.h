#pragma once
#include <optional>
#include <string>

#include "csm/explain/explain_options.h"
#include "csm/model/network.h"
#include "csm/occlusion/engine.h"
#include "csm/occlusion/occlusion_options.h"
#include "differentiable_program.h"
#include "saliency_method.h"

namespace csm {

/// What a method works with for all images of a run: the network, as far as the method needs it
/// understood, and the options.
struct MethodContext {
  const Network& network;
  OcclusionEngine& engine;
  ExplainOptions options;
  OcclusionOptions occlusion;
  int forward_batch = 1;   ///< images in a forward without gradients
  int gradient_batch = 1;  ///< images in a forward and backward pass
  std::optional<DifferentiableProgram> program =
      std::nullopt;  ///< none: not understood as layers, or not needed
  std::optional<LayerId> cam_layer = std::nullopt;  ///< of the program; none: not needed

  const InputContract& input() const { return network.contract().input; }

  /// The layer that activations are taken from. @pre the method needs one
  const Layer& layer() const;
};

/// Reads the network as layers if the method needs that, chooses the batches, and tries the
/// gradients of a grey image, so that a network that has none is refused before any work.
/// @pre network and engine live longer than the context
/// Errors: InputError if the method cannot work on this network or with these options, with the
/// reason.
MethodContext make_method_context(const SaliencyMethod& method, const Network& network,
                                  OcclusionEngine& engine, const ExplainOptions& options,
                                  const OcclusionOptions& occlusion, int forward_batch);

}  // namespace csm
