#pragma once
#include <string>
#include <vector>

#include "csm/occlusion/occlusion_options.h"

namespace csm {

struct LayerProgram;

/// What one layer costs.
struct LayerCost {
  int layer = 0;  ///< its place in the program
  std::string kind;
  int channels = 0;                 ///< of the output
  int height = 0;                   ///< of the output [px]
  int width = 0;                    ///< of the output [px]
  double multiply_adds = 0;         ///< of the whole map
  double window_share = 0;          ///< mean share of the map that a patch changes, in [0, 1]
  double window_multiply_adds = 0;  ///< of the changed pixels, mean over patches
};

/// What a patch costs in the incremental engine: means over patches on a grid over the input. A
/// function of the model and the options only, never of a clock, so that what is chosen by it is
/// the same on every machine.
struct IncrementalCost {
  double multiply_adds = 0;         ///< of one patch in full
  double window_multiply_adds = 0;  ///< of one patch by its windows
  double window_bytes = 0;          ///< most bytes of the rows that live at once, per patch
  double clean_bytes = 0;           ///< clean values of all layers
  double prepared_bytes = 0;        ///< weights in the order of the products
  std::vector<LayerCost> layers;    ///< those with multiply-adds
};

/// @param precision a lower one has weights of its own, beside the float32 ones of the engine that
/// checks it
IncrementalCost estimate_incremental_cost(const LayerProgram& program, int patch_size,
                                          Precision precision = Precision::float32);

}  // namespace csm
