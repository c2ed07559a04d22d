#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "gathered_program.h"
#include "random_case.h"
#include "support/compute_device.h"

namespace csm {
namespace {

constexpr int n_gathered_graphs = 300;
// Only the order of the sums differs from the library's: rounding of some 1e-7 a layer, over at
// most 30 layers.
constexpr double gathered_tolerance = 3e-5;

/// The program with its weights on the device of the tests.
LayerProgram on_test_device(LayerProgram program) {
  for (Layer& layer : program.layers) {
    if (auto* convolution = std::get_if<layer::Convolution>(&layer.operation)) {
      convolution->weight = test::on_test_device(convolution->weight);
      convolution->bias = test::on_test_device(convolution->bias);
    } else if (auto* linear = std::get_if<layer::Linear>(&layer.operation)) {
      linear->weight = test::on_test_device(linear->weight);
      linear->bias = test::on_test_device(linear->bias);
    } else if (auto* scale = std::get_if<layer::ScaleShift>(&layer.operation)) {
      scale->scale = test::on_test_device(scale->scale);
      scale->shift = test::on_test_device(scale->shift);
    } else if (auto* rectifier = std::get_if<layer::PRelu>(&layer.operation)) {
      rectifier->slope = test::on_test_device(rectifier->slope);
    }
  }
  return program;
}

TEST(GatheredProgram, gives_what_the_layers_in_full_give_on_random_networks) {
  SplitMix64 random(2022);
  for (int graph = 0; graph < n_gathered_graphs; ++graph) {
    const test::RandomCase drawn(random);
    const at::Tensor fill = test::random_tensor(random, drawn.clean.sizes().vec());
    const LayerProgram program = on_test_device(drawn.program);
    const GatheredProgram gathered(program, test::test_device());
    const CleanRows<StepId> clean = gathered.run_clean(drawn.clean);
    const at::Tensor expected = test::in_full(drawn.program, drawn.clean, fill, drawn.patches)[0];
    const at::Tensor found = gathered.run_patches(clean, fill, drawn.patches)[0].cpu();
    const double scale = std::max(1.0, expected.abs().max().item<double>());
    ASSERT_LE(test::largest_difference(found, expected), gathered_tolerance * scale)
        << "graph " << graph << "\n"
        << test::describe(drawn.program);
  }
}

TEST(GatheredProgram, gives_the_clean_outputs_where_the_fill_is_the_picture_itself) {
  SplitMix64 random(8);
  for (int graph = 0; graph < 40; ++graph) {
    const test::RandomCase drawn(random);
    const LayerProgram program = on_test_device(drawn.program);
    const GatheredProgram gathered(program, test::test_device());
    const CleanRows<StepId> clean = gathered.run_clean(drawn.clean);
    const at::Tensor found = gathered.run_patches(clean, drawn.clean, drawn.patches)[0].cpu();
    const double scale = std::max(1.0, found.abs().max().item<double>());
    EXPECT_LE(test::largest_difference(found, clean.outputs[0].cpu()), gathered_tolerance * scale)
        << test::describe(drawn.program);
  }
}

}  // namespace
}  // namespace csm
