#pragma once
#include <memory>
#include <optional>
#include <string>

#include "csm/occlusion/engine.h"
#include "csm/occlusion/forward_cost.h"
#include "csm/occlusion/incremental_cost.h"
#include "csm/occlusion/occlusion_options.h"

namespace csm {

/// The engine of a run and why it was taken.
struct EngineChoice {
  Engine engine = Engine::full;  ///< what computes: full or incremental
  std::optional<AdaptiveOptions>
      adaptive;  ///< if most patches are to be interpolated between the computed ones
  Precision precision = Precision::float32;  ///< of the incremental engine's products
  int batch_size = 1;                        ///< patches in one forward
  std::string reason;                        ///< a plain sentence
  std::shared_ptr<const LayerProgram>
      program;  ///< the layers of the network, if it was read and understood
  std::optional<IncrementalCost> incremental;  ///< what they cost by windows
  double multiply_adds_per_patch = 0;          ///< in this engine
  double working_bytes = 0;  ///< of a batch's activations; of the incremental engine with clean
                             ///< values and prepared weights
};

/// Returns the engine that --engine asks for; `auto` decides by multiply-adds and memory, which are
/// functions of the model and the options only. Errors: InputError if --engine incremental or
/// --precision bfloat16, which needs that engine, cannot run this network here, or if not even a
/// batch of one fits --memory-limit.
EngineChoice choose_engine(const OcclusionOptions& options, const Network& network,
                           const ForwardCost& cost);

/// Makes the chosen engine. @pre network is the one that the choice was made for and lives longer
std::unique_ptr<OcclusionEngine> make_engine(const EngineChoice& choice, const Network& network);

}  // namespace csm
