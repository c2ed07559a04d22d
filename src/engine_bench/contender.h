#pragma once
#include <ATen/core/Tensor.h>

#include <memory>
#include <string>
#include <vector>

#include "bench_options.h"
#include "csm/model/network.h"
#include "csm/occlusion/engine.h"

namespace csm {

/// An engine that takes part, with its patches and what it said of them last.
struct Contender {
  std::string name;
  std::vector<PatchRect> patches;
  std::unique_ptr<OcclusionEngine> engine;
  OcclusionScores scores = {};
};

/// The image that all contenders work on, and what covers it.
struct BenchInput {
  at::Tensor image;  ///< (1 x 3 x H x W), float32, on the CPU
  at::Tensor fill;   ///< the same shape
};

/// A classifier or an embedding. Errors: InputError of Network.
Network load_network(const BenchOptions& options);

/// The contenders in the order of --engines, each with its batch: --batch-size, that of
/// --memory-limit, or the fastest.
/// @param patches all; the full engine takes a part of them
/// Errors: InputError for an unknown engine, for a network that is not understood as layers, and of
/// choose_engine.
std::vector<Contender> make_contenders(const BenchOptions& options, const Network& network,
                                       const BenchInput& input,
                                       const std::vector<PatchRect>& patches);

}  // namespace csm
