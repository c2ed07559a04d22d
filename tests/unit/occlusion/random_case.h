#pragma once
#include <ATen/ATen.h>

#include <algorithm>
#include <vector>

#include "row_program.h"
#include "support/random_program.h"

namespace csm::test {

/// Patches at the corners, at the edges and anywhere, of several sizes, some twice.
inline std::vector<PatchRect> some_patches(SplitMix64& random, int height, int width) {
  std::vector<PatchRect> patches;
  const int size = random_int(random, 1, std::min(height, width) - 2);
  for (const int y : {0, height - size, random_int(random, 0, height - size)}) {
    for (const int x : {0, width - size, random_int(random, 0, width - size)})
      patches.push_back({x, y, x + size, y + size});
  }
  patches.push_back({width - 1, height - 1, width, height});
  patches.push_back(patches.back());
  return patches;
}

/// A random network, its clean picture, patches on it, and both in rows.
struct RandomCase {
  explicit RandomCase(SplitMix64& random)
      : program(random_program(random)),
        clean(random_tensor(random, {1, 3, program.layers[0].shape[1], program.layers[0].shape[2]})),
        patches(some_patches(random, static_cast<int>(clean.size(2)), static_cast<int>(clean.size(3)))),
        rows(program),
        clean_values(rows.run_clean(clean)) {}

  c10::InferenceMode inference;
  LayerProgram program;
  at::Tensor clean;
  std::vector<PatchRect> patches;
  RowProgram rows;
  CleanRows clean_values;
};

}  // namespace csm::test
