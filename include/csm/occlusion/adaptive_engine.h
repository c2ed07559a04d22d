#pragma once
#include <cstdint>
#include <memory>

#include "csm/occlusion/engine.h"

namespace csm {

/// How much an adaptive engine computes.
struct AdaptiveOptions {
  double share = 0.3;  ///< of the patches that are computed exactly, in (0, 1]
  std::uint64_t seed = 0;
};

/// An approximation of another engine with a measured error. Two thirds of the share are spread
/// evenly over the face; the rest goes where the scores of the first are the hardest to tell from
/// their neighbours. The scores of all other patches are interpolated between the computed ones by
/// ordinary kriging (Matheron 1963) with a Matern 3/2 covariance of twice the patch's side: scores
/// change smoothly with the place of a patch that overlaps its neighbours. Some of the interpolated
/// patches, drawn at random, are computed too: they are the audit of OcclusionScores. What is
/// computed depends on the patches, the options and the scores only.
std::unique_ptr<OcclusionEngine> make_adaptive_engine(std::unique_ptr<OcclusionEngine> exact,
                                                      const AdaptiveOptions& options);

}  // namespace csm
