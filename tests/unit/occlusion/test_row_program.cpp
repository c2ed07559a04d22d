#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "row_program.h"
#include "support/random_program.h"

namespace csm {
namespace {

constexpr int n_graphs = 600;

/// The outputs in full of the picture with each patch covered.
std::vector<at::Tensor> in_full(const LayerProgram& program, const at::Tensor& clean, const at::Tensor& fill,
                                const std::vector<PatchRect>& patches) {
  at::Tensor covered = clean.repeat({static_cast<std::int64_t>(patches.size()), 1, 1, 1});
  for (std::size_t i = 0; i < patches.size(); ++i) {
    const auto under = [&](const at::Tensor& picture) {
      return picture.slice(1, patches[i].y1, patches[i].y2).slice(2, patches[i].x1, patches[i].x2);
    };
    under(covered[static_cast<std::int64_t>(i)]).copy_(under(fill[0]));
  }
  return network_outputs(program, run_layers(program, covered));
}

/// Patches at the corners, at the edges and anywhere, of several sizes, some twice.
std::vector<PatchRect> some_patches(SplitMix64& random, int height, int width) {
  std::vector<PatchRect> patches;
  const int size = test::random_int(random, 1, std::min(height, width) - 2);
  for (const int y : {0, height - size, test::random_int(random, 0, height - size)}) {
    for (const int x : {0, width - size, test::random_int(random, 0, width - size)})
      patches.push_back({x, y, x + size, y + size});
  }
  patches.push_back({width - 1, height - 1, width, height});
  patches.push_back(patches.back());
  return patches;
}

// Winograd's transforms and the order of sums differ from the library's: rounding of some 1e-6 a layer, in values of
// order 1, over at most 30 layers.
constexpr double tolerance = 1e-4;

TEST(RowProgram, gives_what_the_layers_in_full_give_on_random_networks) {
  SplitMix64 random(2021);
  for (int graph = 0; graph < n_graphs; ++graph) {
    const LayerProgram program = test::random_program(random);
    const auto height = static_cast<int>(program.layers[0].shape[1]);
    const auto width = static_cast<int>(program.layers[0].shape[2]);
    const at::Tensor clean = test::random_tensor(random, {1, 3, height, width});
    const at::Tensor fill = test::random_tensor(random, {1, 3, height, width});
    const std::vector<PatchRect> patches = some_patches(random, height, width);
    const c10::InferenceMode inference;
    const RowProgram rows(program);
    const RowProgram::Clean clean_values = rows.run_clean(clean);
    const at::Tensor expected_clean = network_outputs(program, run_layers(program, clean))[0];
    const at::Tensor expected = in_full(program, clean, fill, patches)[0];
    const at::Tensor found = rows.run_patches(clean_values, fill, patches)[0];
    const double scale = std::max(1.0, expected.abs().max().item<double>());
    ASSERT_LE((clean_values.outputs[0] - expected_clean).abs().max().item<double>(), tolerance * scale)
        << "the clean picture, graph " << graph << "\n"
        << test::describe(program);
    ASSERT_LE((found - expected).abs().max().item<double>(), tolerance * scale) << "graph " << graph << "\n"
                                                                                << test::describe(program);
  }
}

TEST(RowProgram, leaves_the_clean_values_as_they_were) {
  SplitMix64 random(7);
  for (int graph = 0; graph < 40; ++graph) {
    const LayerProgram program = test::random_program(random);
    const auto height = static_cast<int>(program.layers[0].shape[1]);
    const auto width = static_cast<int>(program.layers[0].shape[2]);
    const at::Tensor clean = test::random_tensor(random, {1, 3, height, width});
    const c10::InferenceMode inference;
    const RowProgram rows(program);
    const RowProgram::Clean clean_values = rows.run_clean(clean);
    const std::vector<PatchRect> patches = some_patches(random, height, width);
    const at::Tensor first = rows.run_patches(clean_values, at::zeros_like(clean), patches)[0];
    rows.run_patches(clean_values, at::ones_like(clean), patches);
    EXPECT_TRUE(at::equal(first, rows.run_patches(clean_values, at::zeros_like(clean), patches)[0]))
        << test::describe(program);
  }
}

TEST(RowProgram, gives_the_clean_outputs_where_the_fill_is_the_picture_itself) {
  SplitMix64 random(8);
  for (int graph = 0; graph < 40; ++graph) {
    const LayerProgram program = test::random_program(random);
    const auto height = static_cast<int>(program.layers[0].shape[1]);
    const auto width = static_cast<int>(program.layers[0].shape[2]);
    const at::Tensor clean = test::random_tensor(random, {1, 3, height, width});
    const c10::InferenceMode inference;
    const RowProgram rows(program);
    const RowProgram::Clean clean_values = rows.run_clean(clean);
    const std::vector<PatchRect> patches = some_patches(random, height, width);
    const at::Tensor found = rows.run_patches(clean_values, clean, patches)[0];
    const double scale = std::max(1.0, found.abs().max().item<double>());
    EXPECT_LE((found - clean_values.outputs[0]).abs().max().item<double>(), tolerance * scale)
        << test::describe(program);
  }
}

}  // namespace
}  // namespace csm
