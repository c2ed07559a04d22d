#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <limits>

#include "difference_kernels.h"
#include "support/random_program.h"

namespace csm {
namespace {

constexpr std::int64_t n_values = 37;  // not a multiple of a register's width

Precision precision_of(const at::Tensor& values) {
  return values.scalar_type() == at::kBFloat16 ? Precision::bfloat16 : Precision::float32;
}

DifferenceRun run_of(const at::Tensor& clean, const at::Tensor& from, at::Tensor& to) {
  return {.clean = clean.const_data_ptr<float>(),
          .from = from.const_data_ptr(),
          .from_precision = precision_of(from),
          .to = to.mutable_data_ptr(),
          .to_precision = precision_of(to),
          .n = clean.numel()};
}

class DifferenceKernels : public testing::TestWithParam<std::pair<at::ScalarType, at::ScalarType>> {
 protected:
  SplitMix64 random_{3};
  at::Tensor clean_ = test::random_tensor(random_, {n_values}) * 4;
  at::Tensor differences_ = (test::random_tensor(random_, {n_values}) * 4).to(GetParam().first);
  at::Tensor changes_ = at::empty({n_values}, GetParam().second);

  /// @param expected float32, before it is rounded
  void expect_changes(const at::Tensor& expected, const std::string& what) const {
    // A value of order 4 has an error of 5e-7, its rounding to bfloat16 one of 2^-9 of the change.
    const bool is_rounded = GetParam().second == at::kBFloat16;
    const at::Tensor allowed = expected.abs() * (is_rounded ? 1.0 / 256 : 1e-6) + 2e-6;
    EXPECT_TRUE(((changes_.to(at::kFloat) - expected).abs() <= allowed).all().item<bool>()) << what;
  }
};

TEST_P(DifferenceKernels, change_by_each_function) {
  const at::Tensor occluded = clean_ + differences_.to(at::kFloat);
  for (int i = 0; i <= static_cast<int>(layer::Function::hard_swish); ++i) {
    const layer::Pointwise function{static_cast<layer::Function>(i), 0.25, 1.5};
    change_by_function(function, run_of(clean_, differences_, changes_));
    expect_changes(apply_layer(function, {occluded}) - apply_layer(function, {clean_}),
                   "function " + std::to_string(i));
  }
  const at::Tensor slope = test::random_tensor(random_, {n_values});
  change_by_prelu(slope.const_data_ptr<float>(), run_of(clean_, differences_, changes_));
  const auto prelu = [&](const at::Tensor& x) { return at::where(x < 0, x * slope, x); };
  expect_changes(prelu(occluded) - prelu(clean_), "prelu");
}

TEST_P(DifferenceKernels, change_by_each_operator_of_two) {
  const at::Tensor clean = test::random_tensor(random_, {n_values});
  const at::Tensor differences = test::random_tensor(random_, {n_values}).to(GetParam().first);
  for (const layer::Operator operation : {layer::Operator::multiply, layer::Operator::maximum}) {
    change_by_operator(
        operation, run_of(clean_, differences_, changes_),
        {.clean = clean.const_data_ptr<float>(), .from = differences.const_data_ptr()});
    const auto apply = [&](const at::Tensor& a, const at::Tensor& b) {
      return apply_layer(layer::Binary{operation}, {a, b});
    };
    expect_changes(apply(clean_ + differences_.to(at::kFloat), clean + differences.to(at::kFloat)) -
                       apply(clean_, clean),
                   "operator " + std::to_string(static_cast<int>(operation)));
  }
}

TEST_P(DifferenceKernels, add_and_take_away_the_clean_values) {
  add_clean(run_of(clean_, differences_, changes_));
  EXPECT_TRUE(
      at::equal(changes_, (clean_ + differences_.to(at::kFloat)).to(changes_.scalar_type())));
  subtract_clean(run_of(clean_, differences_, changes_));
  EXPECT_TRUE(
      at::equal(changes_, (differences_.to(at::kFloat) - clean_).to(changes_.scalar_type())));
}

TEST_P(DifferenceKernels, keep_what_is_not_finite) {
  const float infinity = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const at::Tensor clean = at::zeros({3});
  const at::Tensor from = at::tensor({infinity, -infinity, nan}).to(GetParam().first);
  at::Tensor to = at::empty({3}, GetParam().second);
  add_clean(run_of(clean, from, to));
  EXPECT_EQ(to[0].item<float>(), infinity);
  EXPECT_EQ(to[1].item<float>(), -infinity);
  EXPECT_TRUE(std::isnan(to[2].item<float>()));
  change_by_function({layer::Function::relu}, run_of(clean, from, to));
  EXPECT_TRUE(std::isnan(to[2].item<float>()));
}

INSTANTIATE_TEST_SUITE_P(Precisions, DifferenceKernels,
                         testing::Values(std::pair(at::kFloat, at::kFloat),
                                         std::pair(at::kFloat, at::kBFloat16),
                                         std::pair(at::kBFloat16, at::kFloat),
                                         std::pair(at::kBFloat16, at::kBFloat16)));

}  // namespace
}  // namespace csm
