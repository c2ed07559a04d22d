#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/explain/noise.h"
#include "input_gradient.h"
#include "integrated_gradients.h"
#include "smoothgrad.h"

namespace csm {
namespace {

at::Tensor picture(double phase) {
  return at::sin(at::arange(3 * 4 * 5, at::kFloat) * 0.9F + phase).reshape({1, 3, 4, 5});
}

const at::Tensor& weight() {
  static const at::Tensor values = picture(2) * 2;
  return values;
}

at::Tensor linear(const at::Tensor& batch) {
  return (batch * weight()).flatten(1).sum(1).to(at::kDouble);
}
at::Tensor cubic(const at::Tensor& batch) {
  return (batch * batch * batch * weight()).flatten(1).sum(1).to(at::kDouble);
}
at::Tensor constant(const at::Tensor& batch) { return at::zeros({batch.size(0)}, at::kDouble); }

double difference(const at::Tensor& a, const at::Tensor& b) {
  return (a - b).abs().max().item<double>();
}

TEST(InputGradient, of_a_linear_network_is_its_weights) {
  EXPECT_EQ(difference(input_gradient(linear, at::cat({picture(0), picture(1)})),
                       weight().expand({2, 3, 4, 5})),
            0);
}

TEST(InputGradient, leaves_no_gradient_behind) {
  const at::Tensor input = picture(0);
  const at::Tensor first = input_gradient(cubic, input);
  EXPECT_FALSE(input.requires_grad());
  EXPECT_EQ(difference(first, input_gradient(cubic, input)), 0);
  EXPECT_LT(difference(first, 3 * input * input * weight()), 1e-5);
}

TEST(InputGradient, refuses_a_score_that_does_not_depend_on_the_input) {
  EXPECT_THROW(input_gradient(constant, picture(0)), InputError);
}

TEST(LargestMagnitude, is_that_of_the_channel_that_changes_most) {
  const at::Tensor gradient = at::tensor({1.0F, -2.0F, -3.0F, 0.5F, 2.0F, 1.0F}).reshape({3, 1, 2});
  EXPECT_EQ(difference(largest_magnitude(gradient), at::tensor({3.0F, 2.0F}).reshape({1, 2})), 0);
}

TEST(SmoothGradient, of_a_linear_network_is_its_weights_whatever_the_noise) {
  EXPECT_LT(difference(smooth_gradient(linear, picture(0), 7, 0.5, 3, 9), weight()[0]), 1e-6);
}

TEST(SmoothGradient, is_the_mean_over_the_noise_of_the_seed_for_any_batch_size) {
  const at::Tensor input = picture(0);
  const double deviation = 0.15 * (input.max() - input.min()).item<double>();
  GaussianNoise noise(9);
  at::Tensor expected = at::zeros({3, 4, 5}, at::kDouble);
  for (int i = 0; i < 5; ++i) {
    const at::Tensor noisy = input + noise.draw({1, 3, 4, 5}) * deviation;
    expected += (3 * noisy * noisy * weight())[0].to(at::kDouble) / 5;
  }
  for (const int batch_size : {1, 2, 5, 16})
    EXPECT_LT(difference(smooth_gradient(cubic, input, 5, 0.15, batch_size, 9), expected), 1e-5)
        << batch_size;
  EXPECT_GT(difference(smooth_gradient(cubic, input, 5, 0.15, 16, 10), expected), 1e-3);
}

TEST(GaussianNoise, has_mean_0_and_variance_1_and_does_not_depend_on_how_it_is_cut) {
  GaussianNoise whole(3);
  const at::Tensor numbers = whole.draw({20001});
  // Four standard errors of the mean and of the variance of 20,001 numbers.
  EXPECT_LT(std::abs(numbers.mean().item<double>()), 4 / std::sqrt(20001.0));
  EXPECT_LT(std::abs(numbers.var().item<double>() - 1), 4 * std::sqrt(2 / 20001.0));
  GaussianNoise parts(3);
  EXPECT_EQ(difference(at::cat({parts.draw({7}), parts.draw({20001 - 7})}), numbers), 0);
}

TEST(IntegratedGradient, of_a_linear_network_is_weight_times_way) {
  const at::Tensor baseline = at::full({1, 3, 4, 5}, 0.25F);
  const at::Tensor found = integrated_gradient(linear, picture(0), baseline, 6, 4);
  EXPECT_LT(difference(found, ((picture(0) - baseline) * weight())[0]), 1e-6);
}

TEST(IntegratedGradient, is_complete) {
  const at::Tensor input = picture(0);
  const at::Tensor baseline = picture(1) * 0.5;
  const double change = (cubic(input) - cubic(baseline)).item<double>();
  // The midpoint rule's error for a gradient of second degree falls with the square of the number
  // of steps.
  const auto error = [&](int n_steps) {
    return std::abs(integrated_gradient(cubic, input, baseline, n_steps, 8).sum().item<double>() -
                    change);
  };
  EXPECT_GT(std::abs(change), 0.1);
  EXPECT_LT(error(200), 1e-4 * std::abs(change));
  EXPECT_NEAR(error(5) / error(10), 4, 0.1);
}

}  // namespace
}  // namespace csm
