#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "csm/occlusion/changed_window.h"
#include "support/random_program.h"

namespace csm {
namespace {

constexpr LayerId last(1);  // of a program of one layer

/// A program of one layer on a map of 3 channels.
LayerProgram one_layer(const layer::Operation& operation, std::int64_t height, std::int64_t width) {
  LayerProgram program;
  program.layers.push_back({layer::Input{}, {}, {3, height, width}, "input"});
  const at::Tensor probe = apply_layer(operation, {at::zeros({1, 3, height, width})});
  program.layers.push_back(
      {operation, test::layer_ids({0}), {probe.sizes().begin() + 1, probe.sizes().end()}, "layer"});
  program.outputs = {last};
  return program;
}

/// The smallest rectangle of the pixels that differ.
Window differing(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor places = (a != b).any(1)[0].nonzero();
  if (places.size(0) == 0) return {};
  const auto bound = [&](int axis, bool is_end) {
    const at::Tensor along = places.select(1, axis);
    return is_end ? static_cast<int>(along.max().item<std::int64_t>()) + 1
                  : static_cast<int>(along.min().item<std::int64_t>());
  };
  return {{bound(0, false), bound(0, true)}, {bound(1, false), bound(1, true)}};
}

/// Every patch of a size on a map: what really changes is what the rule predicts, no more and no
/// less.
void expect_exact(const layer::Operation& operation, int height, int width, int patch_size) {
  const LayerProgram program = one_layer(operation, height, width);
  const at::Tensor clean = at::zeros({1, 3, height, width});
  const at::Tensor clean_output = run_layers(program, clean)[last];
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const PatchRect patch{x, y, std::min(x + patch_size, width),
                            std::min(y + patch_size, height)};
      at::Tensor occluded = clean.clone();
      occluded.slice(2, patch.y1, patch.y2).slice(3, patch.x1, patch.x2).fill_(1);
      EXPECT_EQ(changed_windows(program, patch)[last],
                differing(run_layers(program, occluded)[last], clean_output))
          << layer::name_of(operation) << " patch at " << x << " " << y;
    }
  }
}

layer::Convolution ones(Extent kernel, Extent stride, Extent padding, Extent dilation) {
  return {.weight = at::ones({2, 3, kernel.y, kernel.x}),
          .bias = at::zeros({2}),
          .stride = stride,
          .padding = padding,
          .dilation = dilation};
}

TEST(ChangedWindow, is_what_a_convolution_changes) {
  expect_exact(ones({3, 3}, {1, 1}, {1, 1}, {1, 1}), 9, 11, 2);
  expect_exact(ones({3, 5}, {2, 3}, {1, 2}, {1, 1}), 10, 13, 3);
  expect_exact(ones({1, 1}, {2, 2}, {0, 0}, {1, 1}), 7, 9, 1);
  expect_exact(ones({3, 3}, {1, 2}, {0, 2}, {2, 1}), 11, 12, 4);
  expect_exact(ones({7, 1}, {1, 1}, {3, 0}, {1, 1}), 12, 8, 5);
}

TEST(ChangedWindow, is_what_a_pool_changes) {
  expect_exact(layer::MaxPool{.kernel = {3, 3}, .stride = {2, 2}, .padding = {1, 1}}, 11, 9, 2);
  expect_exact(
      layer::MaxPool{.kernel = {2, 3}, .stride = {2, 1}, .padding = {0, 1}, .ceil_mode = true}, 9,
      8, 1);
  expect_exact(
      layer::AveragePool{.kernel = {3, 2}, .stride = {2, 2}, .padding = {1, 0}, .ceil_mode = true},
      10, 9, 2);
}

TEST(ChangedWindow, moves_with_margins_and_spans_what_depends_on_the_whole_map) {
  expect_exact(layer::Pad{.top = 1, .bottom = 2, .left = 3, .right = -1}, 6, 8, 2);
  const LayerProgram mean = one_layer(layer::GlobalAverage{}, 6, 8);
  EXPECT_EQ(changed_windows(mean, {2, 2, 3, 3})[last], (Window{{0, 1}, {0, 1}}));
}

TEST(ChangedWindow, of_a_sum_holds_both_ways) {
  LayerProgram program = one_layer(ones({3, 3}, {1, 1}, {1, 1}, {1, 1}), 9, 11);
  program.layers.push_back(
      {ones({1, 5}, {1, 1}, {0, 2}, {1, 1}), test::layer_ids({0}), {2, 9, 11}, "wide"});
  program.layers.push_back(
      {layer::Binary{layer::Operator::add}, test::layer_ids({1, 2}), {2, 9, 11}, "sum"});
  EXPECT_EQ(changed_windows(program, {4, 3, 6, 5})[LayerId(3)], (Window{{2, 6}, {2, 8}}));
}

TEST(ChangedWindow, of_a_gate_is_the_whole_map) {
  LayerProgram program = one_layer(layer::GlobalAverage{}, 6, 8);
  program.layers.push_back(
      {layer::Binary{layer::Operator::multiply}, test::layer_ids({0, 1}), {3, 6, 8}, "gated"});
  EXPECT_EQ(changed_windows(program, {2, 2, 3, 3})[LayerId(2)], (Window{{0, 6}, {0, 8}}));
}

}  // namespace
}  // namespace csm
