#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "golden_tensor.h"
#include "masked_maps.h"

namespace csm {
namespace {

using test::golden;
using test::golden_tensor;

at::Tensor linear(const at::Tensor& batch) {
  static const at::Tensor weight = golden_tensor("weight", {1, 3, 9, 11}).to(at::kFloat);
  return (batch * weight).flatten(1).sum(1).to(at::kDouble);
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return (a - b).abs().max().item<double>();
}

/// Of the linear score: the drop of each window is the sum under it.
at::Tensor expected_occlusion(const at::Tensor& part, const std::vector<int>& ys, const std::vector<int>& xs,
                              int side) {
  at::Tensor sum = at::zeros({9, 11}, at::kDouble);
  at::Tensor count = at::zeros({9, 11}, at::kDouble);
  for (const int y : ys) {
    for (const int x : xs) {
      const double drop = part.narrow(1, y, side).narrow(2, x, side).sum().item<double>();
      sum.narrow(0, y, side).narrow(1, x, side) += drop;
      count.narrow(0, y, side).narrow(1, x, side) += 1;
    }
  }
  return sum / count;
}

TEST(SlidingOcclusion, of_a_linear_network_is_the_mean_drop_of_the_windows_over_a_pixel) {
  const at::Tensor image = golden_tensor("image", {1, 3, 9, 11}).to(at::kFloat);
  const at::Tensor fill = golden_tensor("fill", {1, 3, 9, 11}).to(at::kFloat);
  const at::Tensor part = (golden_tensor("weight", {3, 9, 11}) * (image - fill)[0].to(at::kDouble));
  for (const int batch_size : {1, 4, 64}) {
    // 9 = 4 + 5: the last window along y begins at 5, along x (11 = 4 + 7) at 7, behind those at 0, 3 and 6.
    EXPECT_LT(difference(sliding_occlusion(linear, image, fill, 4, 3, batch_size),
                         expected_occlusion(part, {0, 3, 5}, {0, 3, 6, 7}, 4)),
              1e-5);
    EXPECT_LT(
        difference(sliding_occlusion(linear, image, fill, 9, 2, batch_size), expected_occlusion(part, {0}, {0, 2}, 9)),
        1e-5);
  }
}

TEST(SlidingOcclusion, counts_its_windows) {
  EXPECT_EQ(n_windows(9, 4, 3), 3);
  EXPECT_EQ(n_windows(11, 4, 3), 4);
  EXPECT_EQ(n_windows(9, 9, 2), 1);
  EXPECT_EQ(n_windows(12, 4, 4), 3);
}

TEST(RiseMask, agrees_with_the_paper) {
  SplitMix64 random(golden("seed", "explain.json").get<std::uint64_t>());
  const at::Tensor mask = next_rise_mask(random, golden("cells", "explain.json").get<int>(), 9, 11);
  EXPECT_LT(difference(mask, golden_tensor("first_rise_mask", {9, 11})), 1e-6);
}

TEST(Rise, agrees_with_the_paper_for_any_batch_size) {
  const at::Tensor image = golden_tensor("image", {1, 3, 9, 11}).to(at::kFloat);
  const at::Tensor fill = golden_tensor("fill", {1, 3, 9, 11}).to(at::kFloat);
  const int n_masks = golden("n_masks", "explain.json").get<int>();
  const int cells = golden("cells", "explain.json").get<int>();
  const auto seed = golden("seed", "explain.json").get<std::uint64_t>();
  for (const int batch_size : {1, 5, 64}) {
    EXPECT_LT(difference(rise(linear, image, fill, n_masks, cells, batch_size, seed), golden_tensor("rise", {9, 11})),
              1e-5);
  }
}

}  // namespace
}  // namespace csm
