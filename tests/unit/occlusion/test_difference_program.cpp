#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "csm/occlusion/drop.h"
#include "csm/occlusion/engine.h"
#include "difference_program.h"
#include "random_case.h"
#include "support/compute_device.h"

namespace csm {
namespace {

constexpr int n_difference_graphs = 300;

// As in test_row_program.cpp: rounding of some 1e-6 a layer, in values of order 1, over at most 30
// layers.
constexpr double difference_tolerance = 1e-4;

TEST(DifferenceProgram, gives_in_float32_what_the_values_give_on_random_networks) {
  if (const std::string why = test::reason_to_skip_cpu_kernels(); !why.empty()) GTEST_SKIP() << why;
  SplitMix64 random(2021);
  for (int graph = 0; graph < n_difference_graphs; ++graph) {
    const test::RandomCase drawn(random);
    const at::Tensor fill = test::random_tensor(random, drawn.clean.sizes().vec());
    const DifferenceProgram differences(drawn.program, Precision::float32);
    const CleanRows<LayerId> clean = differences.run_clean(drawn.clean);
    const at::Tensor expected = drawn.rows.run_patches(drawn.clean_values, fill, drawn.patches)[0];
    const at::Tensor found = differences.run_patches(clean, fill, drawn.patches)[0];
    const double scale = std::max(1.0, expected.abs().max().item<double>());
    ASSERT_LE(test::largest_difference(clean.outputs[0], drawn.clean_values.outputs[0]),
              difference_tolerance * scale)
        << "the clean image, graph " << graph << "\n"
        << test::describe(drawn.program);
    ASSERT_LE(test::largest_difference(found, expected), difference_tolerance * scale)
        << "graph " << graph << "\n"
        << test::describe(drawn.program);
  }
}

TEST(DifferenceProgram, gives_the_clean_outputs_exactly_where_nothing_changes) {
  if (const std::string why = test::reason_to_skip_cpu_kernels(); !why.empty()) GTEST_SKIP() << why;
  SplitMix64 random(8);
  for (int graph = 0; graph < 40; ++graph) {
    const test::RandomCase drawn(random);
    const DifferenceProgram differences(drawn.program, Precision::bfloat16);
    const CleanRows<LayerId> clean = differences.run_clean(drawn.clean);
    const at::Tensor found = differences.run_patches(clean, drawn.clean, drawn.patches)[0];
    // Softmax and normalisation are computed anew; all else is c + 0.
    EXPECT_LE(test::largest_difference(found, clean.outputs[0]), 1e-6)
        << test::describe(drawn.program);
  }
}

/// Convolutions, rectifiers and pools as in VGG-16, in small.
LayerProgram vgg_like(SplitMix64& random) {
  LayerProgram program;
  const auto add = [&](layer::Operation operation, std::vector<std::int64_t> shape) {
    std::vector<LayerId> inputs;
    if (!program.layers.empty()) inputs.emplace_back(program.layers.size() - 1);
    program.layers.push_back({std::move(operation), std::move(inputs), std::move(shape), "layer"});
  };
  const auto weight = [&](std::vector<std::int64_t> shape, std::int64_t n_inputs) {
    return test::random_tensor(random, std::move(shape)) *
           std::sqrt(6.0 / static_cast<double>(n_inputs));
  };
  std::int64_t channels = 3;
  std::int64_t height = 48;
  std::int64_t width = 40;
  add(layer::Input{}, {channels, height, width});
  for (const std::int64_t n : {16, 16, 32, 32, 48, 48}) {
    add(layer::Convolution{.weight = weight({n, channels, 3, 3}, 9 * channels),
                           .bias = test::random_tensor(random, {n}),
                           .padding = {1, 1}},
        {n, height, width});
    add(layer::Pointwise{layer::Function::relu}, {n, height, width});
    if (n == channels) {
      height /= 2;
      width /= 2;
      add(layer::MaxPool{.kernel = {2, 2}, .stride = {2, 2}, .padding = {}}, {n, height, width});
    }
    channels = n;
  }
  const std::int64_t size = channels * height * width;
  add(layer::Flatten{}, {size});
  add(layer::Linear{weight({64, size}, size), test::random_tensor(random, {64})}, {64});
  add(layer::Pointwise{layer::Function::relu}, {64});
  add(layer::Linear{weight({2, 64}, 64), test::random_tensor(random, {2})}, {2});
  program.outputs = {LayerId(program.layers.size() - 1)};
  return program;
}

/// An engine whose scores are the outputs of a program on rows.
template <class Program>
class ProgramEngine : public OcclusionEngine {
 public:
  explicit ProgramEngine(Program program) : program_(std::move(program)) {}

  OcclusionScores run(const at::Tensor& clean, const at::Tensor& fill,
                      std::span<const PatchRect> patches) override {
    const auto values = program_.run_clean(clean);
    const at::Tensor outputs = program_.run_patches(values, fill, patches)[0].contiguous();
    OcclusionScores scores;
    const at::Tensor of_clean = values.outputs[0].contiguous();
    scores.clean.assign(of_clean.const_data_ptr<float>(),
                        of_clean.const_data_ptr<float>() + of_clean.numel());
    scores.covered =
        Grid<float>(static_cast<int>(outputs.size(0)), static_cast<int>(outputs.size(1)));
    for (int i = 0; i < scores.covered.height(); ++i) {
      const auto row = scores.covered.row(i);
      std::copy_n(outputs.const_data_ptr<float>() + i * outputs.size(1), row.size(), row.begin());
    }
    scores.n_computed = std::ssize(patches);
    scores.forward_seconds = 0.25;
    return scores;
  }
  int batch_size() const override { return 1; }

 private:
  Program program_;
};

std::unique_ptr<OcclusionEngine> values_of(const LayerProgram& program) {
  return std::make_unique<ProgramEngine<RowProgram>>(RowProgram(program));
}
std::unique_ptr<OcclusionEngine> differences_of(const LayerProgram& program) {
  return std::make_unique<ProgramEngine<DifferenceProgram>>(
      DifferenceProgram(program, Precision::bfloat16));
}

std::vector<PatchRect> grid_of_patches(int height, int width) {
  std::vector<PatchRect> patches;
  for (int y = 0; y + 6 <= height; y += 4) {
    for (int x = 0; x + 6 <= width; x += 4) patches.push_back({x, y, x + 6, y + 6});
  }
  return patches;
}

std::vector<double> first_scores(const Grid<float>& scores, const std::vector<PatchId>& rows) {
  std::vector<double> result;
  for (const PatchId row : rows) result.push_back(scores(row.value(), 0));
  return result;
}

std::vector<PatchId> all_rows(const Grid<float>& scores) {
  std::vector<PatchId> rows;
  for (int i = 0; i < scores.height(); ++i) rows.emplace_back(i);
  return rows;
}

/// A network like VGG, an image, and patches all over it.
struct VggCase {
  VggCase()
      : random(16), program(vgg_like(random)), clean(test::random_tensor(random, {1, 3, 48, 40})) {}
  c10::InferenceMode inference;
  SplitMix64 random;
  LayerProgram program;
  at::Tensor clean;
  at::Tensor fill = at::zeros({1, 3, 48, 40});
  std::vector<PatchRect> patches = grid_of_patches(48, 40);
};

TEST(DifferenceProgram, tells_in_bfloat16_the_drops_of_a_network_like_vgg) {
  if (const std::string why = test::reason_to_skip_cpu_kernels(); !why.empty()) GTEST_SKIP() << why;
  const VggCase vgg;
  const OcclusionScores expected = values_of(vgg.program)->run(vgg.clean, vgg.fill, vgg.patches);
  const OcclusionScores found = differences_of(vgg.program)->run(vgg.clean, vgg.fill, vgg.patches);
  const std::vector<PatchId> rows = all_rows(expected.covered);
  const DropAudit audit =
      audit_drops(first_scores(found.covered, rows), first_scores(expected.covered, rows));
  EXPECT_GE(audit.correlation, 0.99);
  EXPECT_GT(audit.error, 0) << "nothing was rounded";
  EXPECT_LT(relative_error(audit), 0.1);
}

/// The audit of bfloat16 differences of one program as an approximation of the values of another.
DropAudit audit_against(const VggCase& vgg, const LayerProgram& approximate) {
  const auto engine = make_audited_engine(differences_of(approximate), values_of(vgg.program));
  const OcclusionScores scores = engine->run(vgg.clean, vgg.fill, vgg.patches);
  return audit_drops(first_scores(scores.audit->approximated, all_rows(scores.audit->approximated)),
                     first_scores(scores.covered, scores.audit->patches));
}

TEST(AuditedEngine, accepts_rounding_and_notices_a_wrong_program) {
  const VggCase vgg;
  EXPECT_EQ(audit_against(vgg, vgg.program).n, n_audited_patches);
  EXPECT_LT(relative_error(audit_against(vgg, vgg.program)), 0.1);
  LayerProgram wrong = vgg.program;
  auto& convolution = std::get<layer::Convolution>(wrong.layers[LayerId(3)].operation);
  convolution.weight = convolution.weight.flip({3});
  EXPECT_GT(relative_error(audit_against(vgg, wrong)), 0.1);
}

TEST(AuditedEngine, keeps_what_was_computed_exactly) {
  const VggCase vgg;
  const auto engine = make_audited_engine(differences_of(vgg.program), values_of(vgg.program));
  const OcclusionScores scores = engine->run(vgg.clean, vgg.fill, vgg.patches);
  const OcclusionScores again = engine->run(vgg.clean, vgg.fill, vgg.patches);
  const OcclusionScores rough = differences_of(vgg.program)->run(vgg.clean, vgg.fill, vgg.patches);
  const OcclusionScores exact = engine->exact().run(vgg.clean, vgg.fill, vgg.patches);
  EXPECT_EQ(scores.covered.values(), again.covered.values());
  EXPECT_EQ(scores.n_computed, std::ssize(vgg.patches) + n_audited_patches);
  EXPECT_EQ(scores.forward_seconds, rough.forward_seconds + exact.forward_seconds);
  std::vector<PatchId> others = all_rows(scores.covered);
  for (std::size_t i = 0; i < scores.audit->patches.size(); ++i) {
    const PatchId patch = scores.audit->patches[i];
    std::erase(others, patch);
    EXPECT_EQ(scores.audit->approximated(i, 0), rough.of(patch)[0]);
    EXPECT_NEAR(scores.of(patch)[0], exact.of(patch)[0], difference_tolerance);
  }
  EXPECT_EQ(others.size(), vgg.patches.size() - n_audited_patches) << "a patch was drawn twice";
  for (const PatchId patch : others) EXPECT_EQ(scores.of(patch)[0], rough.of(patch)[0]);
}

TEST(AuditedEngine, audits_all_of_few_patches_and_none_of_none) {
  const VggCase vgg;
  const auto engine = make_audited_engine(differences_of(vgg.program), values_of(vgg.program));
  EXPECT_EQ(engine->run(vgg.clean, vgg.fill, {vgg.patches.data(), 3}).audit->patches,
            (std::vector{PatchId(0), PatchId(1), PatchId(2)}));
  EXPECT_FALSE(engine->run(vgg.clean, vgg.fill, {}).audit.has_value());
}

}  // namespace
}  // namespace csm
