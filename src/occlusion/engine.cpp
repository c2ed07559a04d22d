#include "csm/occlusion/engine.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

#include "csm/core/error.h"
#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/occlusion/occlusion_options.h"

namespace csm {

OcclusionScores score_patches(OcclusionEngine& engine, const InputContract& input,
                              const RgbImage& image, std::span<const PatchRect> patches,
                              const OcclusionOptions& options, std::uint64_t seed) {
  const at::Tensor clean = normalise_input(image, input);
  const at::Tensor fill = fill_image(options.fill, clean, input, options.patch_size, seed);
  return engine.run(clean, fill, patches);
}

void require_finite_scores(std::span<const float> scores) {
  if (!std::all_of(scores.begin(), scores.end(),
                   [](float value) { return std::isfinite(value); })) {
    throw ImageError("model gives NaN", "a score of the network is not finite");
  }
}

}  // namespace csm
