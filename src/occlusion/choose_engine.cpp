#include "csm/occlusion/choose_engine.h"

#include <algorithm>
#include <cstdio>
#include <utility>

#include "csm/core/error.h"
#include "csm/model/layer_program.h"
#include "csm/occlusion/engine.h"

namespace csm {
namespace {

/// Windows cost copying besides their products, so a small saving is none.
constexpr double worthwhile_share = 0.9;
constexpr std::uint64_t adaptive_seed = 1;  // of the drawn patches; which ones does not matter

/// What the incremental engine needs on a device.
struct Footprint {
  double fixed_bytes = 0;
  double patch_bytes = 0;
  int largest_batch = 0;  ///< larger ones do not fill the device better
};

Footprint footprint_of(const IncrementalCost& cost, ComputeDevice device) {
  const double kept = cost.clean_bytes + cost.prepared_bytes;
  // On a CPU the unfolded and transformed inputs of one product come on top; on a GPU the gathered
  // inputs, and a copy of the rows that they are gathered from.
  if (device.is_cuda)
    return {
        .fixed_bytes = kept + 512e6, .patch_bytes = 2 * cost.window_bytes, .largest_batch = 256};
  return {.fixed_bytes = kept + 64e6, .patch_bytes = cost.window_bytes, .largest_batch = 32};
}

/// The batch of the incremental engine; 0 if not even one patch fits.
int incremental_batch(const OcclusionOptions& options, const Footprint& footprint) {
  if (options.batch_size) return *options.batch_size;
  const double room = static_cast<double>(options.memory_limit) * 1e6 - footprint.fixed_bytes;
  int batch_size = footprint.largest_batch;
  while (batch_size > 0 && batch_size * footprint.patch_bytes > room) batch_size /= 2;
  return batch_size;
}

std::string describe_share(const IncrementalCost& cost) {
  char text[96];
  std::snprintf(text, sizeof(text), "a patch changes %.1f %% of the multiply-adds",
                100 * cost.window_multiply_adds / cost.multiply_adds);
  return text;
}

/// Why the incremental engine does not run; empty if it does.
std::string obstacle(const OcclusionOptions& options, const Network& network,
                     const std::string& reading_failed, const EngineChoice& choice) {
  if (!network.capabilities().has_layers)
    return "the model is a black box (" + network.backend().kind() + "), its layers are not known";
  if (!choice.program) return "the network is not understood as layers: " + reading_failed;
  if (network.device().is_cuda && options.precision != Precision::float32)
    return "differences in a lower precision are computed on CPUs only so far";
  if (choice.incremental->multiply_adds == 0) {
    return "no layer in front of the operator '" + choice.program->tail->reason +
           "', which is not understood, has multiply-adds";
  }
  if (incremental_batch(options, footprint_of(*choice.incremental, network.device())) == 0) {
    return "its clean values and prepared weights do not fit --memory-limit " +
           std::to_string(options.memory_limit) + " MB";
  }
  return "";
}

/// Whether the incremental engine is taken; the choice holds the reason.
bool takes_incremental(const OcclusionOptions& options, const Network& network,
                       EngineChoice& choice) {
  if (options.engine == Engine::full) {
    choice.reason = "asked for by --engine";
    return false;
  }

  // Whether it can run, and what it would save.
  LayerReading reading = read_layers(network);
  if (reading.program)
    choice.program = std::make_shared<const LayerProgram>(std::move(*reading.program));
  if (choice.program)
    choice.incremental =
        estimate_incremental_cost(*choice.program, options.patch_size, options.precision);
  const std::string why_not = obstacle(options, network, reading.reason, choice);
  choice.reason = why_not.empty() ? describe_share(*choice.incremental) : why_not;

  // Not asked for: only if it can and is worth it.
  const bool is_low = options.precision != Precision::float32;
  if (options.engine != Engine::incremental && !is_low) {
    if (why_not.empty() && network.device().is_cuda) {
      choice.reason += "; on a GPU the incremental engine runs only if --engine asks for it";
      return false;
    }
    return why_not.empty() && choice.incremental->window_multiply_adds <=
                                  worthwhile_share * choice.incremental->multiply_adds;
  }

  // Asked for: an obstacle ends the run.
  if (!why_not.empty()) {
    const std::string asked = is_low ? "--precision bfloat16" : "--engine incremental";
    throw InputError(
        {asked + " cannot run the model '" + network.path().string() + "'", why_not,
         is_low
             ? "Use --precision float32; --device cpu if a GPU was taken; or raise --memory-limit."
             : "Use --engine auto or full, or raise --memory-limit."});
  }
  return true;
}

}  // namespace

EngineChoice choose_engine(const OcclusionOptions& options, const Network& network,
                           const ForwardCost& cost) {
  EngineChoice choice;
  if (options.engine == Engine::adaptive)
    choice.adaptive = AdaptiveOptions{.share = options.adaptive_share, .seed = adaptive_seed};
  if (!takes_incremental(options, network, choice)) {
    choice.batch_size = choose_batch_size(options, cost, network.device());
    choice.multiply_adds_per_patch = cost.multiply_adds_per_image;
    choice.working_bytes = cost.bytes_per_image * choice.batch_size;
    return choice;
  }
  choice.engine = Engine::incremental;
  choice.precision = options.precision;
  const Footprint footprint = footprint_of(*choice.incremental, network.device());
  choice.batch_size = incremental_batch(options, footprint);
  if (choice.program->tail)
    choice.reason +=
        "; from the operator '" + choice.program->tail->reason + "' on the network runs in full";
  // What the program does not hold belongs to the tail, which runs in full.
  choice.multiply_adds_per_patch =
      choice.incremental->window_multiply_adds +
      std::max(0.0, cost.multiply_adds_per_image - choice.incremental->multiply_adds);
  choice.working_bytes = choice.batch_size * footprint.patch_bytes + footprint.fixed_bytes;
  return choice;
}

std::unique_ptr<OcclusionEngine> make_engine(const EngineChoice& choice, const Network& network) {
  CSM_EXPECT(choice.engine == Engine::full || choice.program != nullptr);
  auto exact = choice.engine == Engine::full
                   ? make_full_engine(network, choice.batch_size)
                   : make_incremental_engine(network, choice.program, choice.batch_size);
  if (choice.precision != Precision::float32) {
    return make_audited_engine(
        make_difference_engine(network, choice.program, choice.batch_size, choice.precision),
        std::move(exact));
  }
  return choice.adaptive ? make_adaptive_engine(std::move(exact), *choice.adaptive)
                         : std::move(exact);
}

}  // namespace csm
