#pragma once
#include <memory>

#include "csm/occlusion/engine.h"

namespace csm {

/// Patches of each image that are computed exactly beside an approximation of all.
inline constexpr int n_audited_patches = 16;

/// An approximation with its error: a sample of each image's patches is computed by the exact
/// engine too and keeps what that one says; what the approximation said of them is the audit of
/// OcclusionScores. Which ones is a function of the image's patches only. exact() computes all of
/// an image without approximation.
/// @pre both engines run the same network
std::unique_ptr<OcclusionEngine> make_audited_engine(std::unique_ptr<OcclusionEngine> approximate,
                                                     std::unique_ptr<OcclusionEngine> exact);

}  // namespace csm
