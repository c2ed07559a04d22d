#pragma once
#include <filesystem>
#include <vector>

#include "contender.h"

namespace csm {

/// Writes a TorchScript module whose buffers are `image`, `fill`, and of each engine `NAME_patches`
/// (n x 4: y1, y2, x1, x2), `NAME_clean` (n_scores) and `NAME_covered` (n x n_scores), so that
/// another program can compute the same.
void save_scores(const std::filesystem::path& path, const BenchInput& input,
                 const std::vector<Contender>& contenders);

}  // namespace csm
