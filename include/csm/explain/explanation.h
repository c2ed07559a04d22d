#pragma once
#include <cstdint>

#include "csm/core/grid.h"

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

}  // namespace csm
