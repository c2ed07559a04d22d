#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "csm/core/error.h"
#include "golden_tensor.h"
#include "rise.h"

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
    EXPECT_LT(difference(rise(linear, image, fill, n_masks, cells, batch_size, seed),
                         golden_tensor("rise", {9, 11})),
              1e-5);
  }
}

TEST(Rise, leaves_out_masks_through_which_the_model_lost_the_face) {
  const at::Tensor image = at::ones({1, 3, 9, 11});
  const at::Tensor fill = at::zeros_like(image);
  // Loses the face in each second image; the score of the others is 1, so that their map is 0.
  int n_asked = 0;
  const auto score = [&](const at::Tensor& batch) {
    at::Tensor scores = at::ones({batch.size(0)}, at::kDouble);
    for (std::int64_t i = 0; i < batch.size(0); ++i) {
      if (n_asked++ % 2 == 1) scores[i] = std::nan("");
    }
    return scores;
  };
  EXPECT_EQ(rise(score, image, fill, 9, 3, 4, 1).abs().max().item<double>(), 0);
  const auto lost = [](const at::Tensor& batch) {
    return at::full({batch.size(0)}, std::nan(""), at::kDouble);
  };
  EXPECT_THROW(rise(lost, image, fill, 9, 3, 4, 1), ImageError);
}

}  // namespace
}  // namespace csm
