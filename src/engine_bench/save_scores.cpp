#include "save_scores.h"

#include <torch/script.h>

#include <cstdint>

namespace csm {
namespace {

/// (n x 4): y1, y2, x1, x2
at::Tensor table_of(const std::vector<PatchRect>& patches) {
  std::vector<std::int64_t> sides;
  for (const PatchRect& patch : patches)
    sides.insert(sides.end(), {patch.y1, patch.y2, patch.x1, patch.x2});
  return at::tensor(sides, at::kLong).view({-1, 4});
}

}  // namespace

void save_scores(const std::filesystem::path& path, const BenchInput& input,
                 const std::vector<Contender>& contenders) {
  torch::jit::Module module("Scores");
  module.register_buffer("image", input.image);
  module.register_buffer("fill", input.fill);
  for (const Contender& contender : contenders) {
    const Grid<float>& covered = contender.scores.covered;
    module.register_buffer(contender.name + "_patches", table_of(contender.patches));
    module.register_buffer(contender.name + "_clean", at::tensor(contender.scores.clean));
    module.register_buffer(contender.name + "_covered",
                           at::tensor(covered.values()).view({covered.height(), covered.width()}));
  }
  module.save(path.string());
}

}  // namespace csm
