#pragma once
#include "csm/model/network.h"

namespace csm {

struct OcclusionOptions;

/// What one image costs in a forward.
struct ForwardCost {
  double bytes_per_image = 0;  ///< peak of the live activations, growth from one image to two
  double multiply_adds_per_image =
      0;  ///< of convolutions and linear layers; 0 if they are not known
};

/// Measures two small forwards with a counting allocator and an operator hook: a function of the
/// model only, not of the clock. A black box that runs elsewhere costs what it declares, or else
/// what this process holds for it.
ForwardCost measure_forward_cost(const Network& network);

/// The batch size: --batch-size, else the largest power of two, up to 32 on a CPU and 256 on a GPU,
/// whose activations stay within
/// --memory-limit.
/// Errors: InputError if not even one image fits.
int choose_batch_size(const OcclusionOptions& options, const ForwardCost& cost,
                      ComputeDevice device);

}  // namespace csm
