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

/// A random network, its clean image, patches on it, and both in rows.
struct RandomCase {
  explicit RandomCase(SplitMix64& random)
      : program(random_program(random)),
        clean(random_tensor(
            random, {1, 3, program.layers.front().shape[1], program.layers.front().shape[2]})),
        patches(
            some_patches(random, static_cast<int>(clean.size(2)), static_cast<int>(clean.size(3)))),
        rows(program),
        clean_values(rows.run_clean(clean)) {}

  c10::InferenceMode inference;
  LayerProgram program;
  at::Tensor clean;
  std::vector<PatchRect> patches;
  RowProgram rows;
  CleanRows<StepId> clean_values;
};

/// The outputs in full of the image with each patch occluded.
inline std::vector<at::Tensor> in_full(const LayerProgram& program, const at::Tensor& clean,
                                       const at::Tensor& fill,
                                       const std::vector<PatchRect>& patches) {
  at::Tensor occluded = clean.repeat({static_cast<std::int64_t>(patches.size()), 1, 1, 1});
  for (std::size_t i = 0; i < patches.size(); ++i) {
    const auto under = [&](const at::Tensor& image) {
      return image.slice(1, patches[i].y1, patches[i].y2).slice(2, patches[i].x1, patches[i].x2);
    };
    under(occluded[static_cast<std::int64_t>(i)]).copy_(under(fill[0]));
  }
  return network_outputs(program, run_layers(program, occluded));
}

inline double largest_difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

}  // namespace csm::test
