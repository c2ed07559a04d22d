#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "random_case.h"
#include "support/compute_device.h"

namespace csm {
namespace {

constexpr int n_row_graphs = 600;

// Winograd's transforms and the order of sums differ from the library's: rounding of some 1e-6 a
// layer, in values of order 1, over at most 30 layers.
constexpr double row_tolerance = 1e-4;

TEST(RowProgram, gives_what_the_layers_in_full_give_on_random_networks) {
  if (const std::string why = test::reason_to_skip_cpu_kernels(); !why.empty()) GTEST_SKIP() << why;
  SplitMix64 random(2021);
  for (int graph = 0; graph < n_row_graphs; ++graph) {
    const test::RandomCase drawn(random);
    const at::Tensor fill = test::random_tensor(random, drawn.clean.sizes().vec());
    const at::Tensor expected_clean =
        network_outputs(drawn.program, run_layers(drawn.program, drawn.clean))[0];
    const at::Tensor expected = test::in_full(drawn.program, drawn.clean, fill, drawn.patches)[0];
    const at::Tensor found = drawn.rows.run_patches(drawn.clean_values, fill, drawn.patches)[0];
    const double scale = std::max(1.0, expected.abs().max().item<double>());
    ASSERT_LE(test::largest_difference(drawn.clean_values.outputs[0], expected_clean),
              row_tolerance * scale)
        << "the clean image, graph " << graph << "\n"
        << test::describe(drawn.program);
    ASSERT_LE(test::largest_difference(found, expected), row_tolerance * scale)
        << "graph " << graph << "\n"
        << test::describe(drawn.program);
  }
}

TEST(RowProgram, leaves_the_clean_values_as_they_were) {
  if (const std::string why = test::reason_to_skip_cpu_kernels(); !why.empty()) GTEST_SKIP() << why;
  SplitMix64 random(7);
  for (int graph = 0; graph < 40; ++graph) {
    const test::RandomCase drawn(random);
    const auto run = [&](const at::Tensor& fill) {
      return drawn.rows.run_patches(drawn.clean_values, fill, drawn.patches)[0];
    };
    const at::Tensor first = run(at::zeros_like(drawn.clean));
    run(at::ones_like(drawn.clean));
    EXPECT_TRUE(at::equal(first, run(at::zeros_like(drawn.clean))))
        << test::describe(drawn.program);
  }
}

TEST(RowProgram, gives_the_clean_outputs_where_the_fill_is_the_picture_itself) {
  if (const std::string why = test::reason_to_skip_cpu_kernels(); !why.empty()) GTEST_SKIP() << why;
  SplitMix64 random(8);
  for (int graph = 0; graph < 40; ++graph) {
    const test::RandomCase drawn(random);
    const at::Tensor found =
        drawn.rows.run_patches(drawn.clean_values, drawn.clean, drawn.patches)[0];
    const double scale = std::max(1.0, found.abs().max().item<double>());
    EXPECT_LE(test::largest_difference(found, drawn.clean_values.outputs[0]), row_tolerance * scale)
        << test::describe(drawn.program);
  }
}

}  // namespace
}  // namespace csm
