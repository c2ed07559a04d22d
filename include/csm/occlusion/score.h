#pragma once
#include <cstdint>
#include <span>

#include "csm/core/image.h"
#include "csm/occlusion/engine.h"

namespace csm {

struct OcclusionOptions;

/// Returns the scores of an image and of its occluded copies; with no patches, of the clean image
/// alone.
/// @pre image has the height and width of the network's input
/// @pre seed is a function of the image and the run's seed only (for --fill noise)
/// Errors: RunError if the network fails, ImageError if a score is not finite.
OcclusionScores score_patches(OcclusionEngine& engine, const InputContract& input,
                              const RgbImage& image, std::span<const PatchRect> patches,
                              const OcclusionOptions& options, std::uint64_t seed);

}  // namespace csm
