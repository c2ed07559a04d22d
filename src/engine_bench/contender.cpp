#include "contender.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "bench_patches.h"
#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/core/text.h"
#include "csm/model/layer_program.h"
#include "csm/occlusion/choose_engine.h"
#include "csm/occlusion/engine.h"
#include "csm/occlusion/forward_cost.h"
#include "results.h"

namespace csm {
namespace {

constexpr int largest_batch = 4096;
constexpr double worthwhile_gain = 0.98;  // of the time a patch: less is the noise of the clock

std::shared_ptr<const LayerProgram> read_program(const Network& network) {
  LayerReading reading = read_layers(network);
  if (!reading.program)
    throw InputError("the network is not understood as layers: " + reading.reason);
  return std::make_shared<const LayerProgram>(std::move(*reading.program));
}

std::unique_ptr<OcclusionEngine> make_engine(const std::string& name, const Network& network,
                                             int batch_size) {
  if (name == "full") return make_full_engine(network, batch_size);
  if (name == "adaptive")
    return make_adaptive_engine(make_engine("incremental", network, batch_size), {});
  const auto program = read_program(network);
  if (name == "incremental") return make_incremental_engine(network, program, batch_size);
  if (name == "gathered") return make_gathered_engine(network, program, batch_size);
  if (name == "differences")
    return make_difference_engine(network, program, batch_size, Precision::float32);
  return make_audited_engine(
      make_difference_engine(network, program, batch_size, Precision::bfloat16),
      make_incremental_engine(network, program, batch_size));
}

void require_known(const std::string& name) {
  const std::vector<std::string> known = {"full",     "incremental", "gathered",
                                          "adaptive", "bfloat16",    "differences"};
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  throw InputError("--engines: unknown engine '" + name + "'. Valid: " + join(known));
}

/// The batch that csm_mpi would take with this --memory-limit.
int batch_of_memory_limit(const BenchOptions& options, const std::string& name,
                          const Network& network) {
  OcclusionOptions occlusion;
  occlusion.patch_size = options.patch_size;
  occlusion.memory_limit = *options.memory_limit;
  occlusion.engine = name == "full" ? Engine::full : Engine::incremental;
  return choose_engine(occlusion, network, measure_forward_cost(network)).batch_size;
}

/// Seconds a patch of the second of two runs over at most two batches; none if memory runs out.
double seconds_per_patch(Contender& contender, const BenchInput& input) {
  const int batch_size = contender.engine->batch_size();
  const std::vector<PatchRect> patches = thinned(contender.patches, 2 * batch_size);
  double seconds = 0;
  for (int turn = 0; turn < 2; ++turn) {
    const auto start = std::chrono::steady_clock::now();
    contender.engine->run(input.image, input.fill, patches);
    seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }
  return seconds / int_size(patches);
}

/// Gives a contender the fastest batch: doubles it until that does not help, or memory or the
/// patches are at their end.
void find_best_batch(Contender& contender, const BenchOptions& options, const Network& network,
                     const BenchInput& input) {
  int best = options.batch_size;
  double best_seconds = 0;
  for (int size = options.batch_size; size <= largest_batch; size *= 2) {
    if (size > options.batch_size && size > int_size(contender.patches)) break;
    contender.engine.reset();  // two batches at once would need the memory of both
    contender.engine = make_engine(contender.name, network, size);
    const double seconds = seconds_per_patch(contender, input);
    const bool ran_out = contender.engine->batch_size() < size;
    std::printf(R"({"engine": "%s", "tried_batch": %d, "ms_per_patch": %.4g, "memory_ran_out": %s})"
                "\n",
                contender.name.c_str(), size, 1e3 * seconds, ran_out ? "true" : "false");
    std::fflush(stdout);
    if (ran_out || (best_seconds > 0 && seconds > worthwhile_gain * best_seconds)) break;
    best = size;
    best_seconds = seconds;
  }
  contender.engine.reset();
  contender.engine = make_engine(contender.name, network, best);
}

}  // namespace

Network load_network(const BenchOptions& options) {
  try {
    return {options.model, ModelRole::classifier, options.device};
  } catch (const InputError&) {
    return {options.model, ModelRole::embedding, options.device};
  }
}

std::vector<Contender> make_contenders(const BenchOptions& options, const Network& network,
                                       const BenchInput& input,
                                       const std::vector<PatchRect>& patches) {
  std::vector<Contender> contenders;
  for (const std::string& name : options.engines) {
    require_known(name);
    Contender contender{
        .name = name,
        .patches = name == "full" ? thinned(patches, options.full_patches) : patches,
        .engine = nullptr};
    if (name == "incremental" || name == "adaptive") print_work(*read_program(network), patches);
    if (options.uses_best_batch) {
      find_best_batch(contender, options, network, input);
    } else {
      const int batch_size =
          options.memory_limit ? batch_of_memory_limit(options, name, network) : options.batch_size;
      contender.engine = make_engine(name, network, batch_size);
    }
    contenders.push_back(std::move(contender));
  }
  return contenders;
}

}  // namespace csm
