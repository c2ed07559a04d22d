#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "golden_tensor.h"
#include "grad_cam.h"
#include "grad_cam_pp.h"
#include "score_cam.h"

namespace csm {
namespace {

using test::golden_tensor;

LayerGradient layer() {
  return {.value = golden_tensor("value", {1, 4, 3, 5}).to(at::kFloat),
          .gradient = golden_tensor("gradient", {1, 4, 3, 5}).to(at::kFloat)};
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return (a - b).abs().max().item<double>();
}

TEST(GradCam, by_hand) {
  // Mean gradients 1 and -2: the sum is (1 - 2 * 1, 2 - 0), cut at 0.
  const LayerGradient two = {
      .value = at::tensor({1.0F, 2.0F, 1.0F, 0.0F}).reshape({1, 2, 1, 2}),
      .gradient = at::tensor({0.0F, 2.0F, -1.0F, -3.0F}).reshape({1, 2, 1, 2})};
  EXPECT_EQ(difference(grad_cam(two), at::tensor({0.0, 2.0}).reshape({1, 2})), 0);
}

// Sums of some twenty products of float32 numbers of order 1.
constexpr double tolerance = 2e-6;

TEST(GradCam, agrees_with_the_papers_equations) {
  EXPECT_LT(difference(grad_cam(layer()), golden_tensor("grad_cam", {3, 5})), tolerance);
}

TEST(GradCamPp, agrees_with_the_papers_equations) {
  EXPECT_LT(difference(grad_cam_pp(layer()), golden_tensor("grad_cam_pp", {3, 5})), tolerance);
}

TEST(GradCamPp, of_gradients_near_zero_is_finite_and_tends_to_half_the_sum_of_positive_gradients) {
  LayerGradient faint = layer();
  faint.gradient = faint.gradient * 1e-30;
  const at::Tensor weights = at::relu(faint.gradient).sum({0, 2, 3}).to(at::kDouble) / 2;
  const at::Tensor expected =
      (weights.reshape({1, 4, 1, 1}) * faint.value).sum(at::IntArrayRef{0, 1});
  EXPECT_LT(difference(grad_cam_pp(faint) * 1e30, expected * 1e30), tolerance);
}

TEST(Enlarged, keeps_the_borders_in_place) {
  EXPECT_LT(difference(enlarged(golden_tensor("grad_cam", {3, 5}), 9, 11),
                       golden_tensor("grad_cam_enlarged", {9, 11})),
            1e-12);
}

TEST(ScoreCam, agrees_with_the_papers_algorithm_for_any_batch_size) {
  const at::Tensor weight = golden_tensor("weight", {1, 3, 9, 11}).to(at::kFloat);
  const auto score = [&](const at::Tensor& batch) {
    return (batch * weight).flatten(1).sum(1).to(at::kDouble);
  };
  const at::Tensor image = golden_tensor("image", {1, 3, 9, 11}).to(at::kFloat);
  const at::Tensor fill = golden_tensor("fill", {1, 3, 9, 11}).to(at::kFloat);
  for (const int batch_size : {1, 3, 32})
    EXPECT_LT(difference(score_cam(score, layer().value, image, fill, batch_size),
                         golden_tensor("score_cam", {3, 5})),
              1e-5);
}

TEST(ScoreCam, of_a_layer_without_a_pattern_is_zero) {
  const auto score = [](const at::Tensor& batch) {
    return batch.flatten(1).sum(1).to(at::kDouble);
  };
  const at::Tensor map =
      score_cam(score, at::ones({1, 2, 3, 4}), at::ones({1, 3, 6, 8}), at::zeros({1, 3, 6, 8}), 8);
  EXPECT_EQ(map.abs().max().item<double>(), 0);
}

}  // namespace
}  // namespace csm
