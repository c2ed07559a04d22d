#include "csm/occlusion/score.h"

#include <ATen/ATen.h>

#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/occlusion/occlusion_options.h"

namespace csm {

OcclusionScores score_patches(OcclusionEngine& engine, const InputContract& input,
                              const RgbImage& image, std::span<const PatchRect> patches,
                              const OcclusionOptions& options, std::uint64_t seed) {
  const at::Tensor clean = normalise_input(image, input);
  const at::Tensor fill = fill_picture(options.fill, clean, input, options.patch_size, seed);
  return engine.run(clean, fill, patches);
}

}  // namespace csm
