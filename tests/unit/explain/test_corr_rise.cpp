#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>

#include "corr_rise.h"
#include "csm/core/error.h"
#include "golden_tensor.h"

namespace csm {
namespace {

using test::golden;
using test::golden_tensor;

at::Tensor bent(const at::Tensor& batch) {
  const at::Tensor weight = golden_tensor("weight", {1, 3, 9, 11}).to(at::kFloat);
  return at::tanh((batch * weight).flatten(1).sum(1)).to(at::kDouble);
}

double difference(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return (a - b).abs().max().item<double>();
}

TEST(CorrRiseMask, agrees_with_the_paper) {
  SplitMix64 random(golden("seed", "explain.json").get<std::uint64_t>());
  const at::Tensor mask = next_corr_rise_mask(random, 9, 11);
  EXPECT_EQ(difference(mask, golden_tensor("first_corr_rise_mask", {9, 11})), 0);
}

TEST(CorrRiseMask, hides_whole_squares_of_the_papers_size) {
  SplitMix64 random(3);
  for (int i = 0; i < 20; ++i) {
    const at::Tensor mask = next_corr_rise_mask(random, 112, 140);
    const auto n_hidden = (1 - mask).sum().item<double>();
    EXPECT_GE(n_hidden, 900);
    EXPECT_LE(n_hidden, 2700);
  }
}

TEST(CorrRise, agrees_with_the_paper_for_any_batch_size) {
  const at::Tensor image = golden_tensor("image", {1, 3, 9, 11}).to(at::kFloat);
  const at::Tensor fill = golden_tensor("fill", {1, 3, 9, 11}).to(at::kFloat);
  const int n_masks = golden("n_masks", "explain.json").get<int>();
  const auto seed = golden("seed", "explain.json").get<std::uint64_t>();
  for (const int batch_size : {1, 5, 64}) {
    EXPECT_LT(difference(corr_rise(bent, image, fill, n_masks, batch_size, seed),
                         golden_tensor("corr_rise", {9, 11})),
              1e-5);
  }
}

TEST(CorrRise, of_a_score_that_never_changes_is_zero) {
  const at::Tensor image = at::ones({1, 3, 9, 11});
  const auto constant = [](const at::Tensor& batch) {
    return at::full({batch.size(0)}, 0.7, at::kDouble);
  };
  const at::Tensor map = corr_rise(constant, image, at::zeros_like(image), 12, 5, 1);
  EXPECT_EQ(map.abs().max().item<double>(), 0);
}

TEST(CorrRise, leaves_out_masks_through_which_the_model_lost_the_face) {
  const at::Tensor image = golden_tensor("image", {1, 3, 9, 11}).to(at::kFloat);
  const at::Tensor fill = at::zeros_like(image);
  // Loses the face in each second image; half of the masks are left, which other masks are not.
  int n_asked = 0;
  const auto forgetful = [&](const at::Tensor& batch) {
    at::Tensor scores = bent(batch);
    for (std::int64_t i = 0; i < batch.size(0); ++i) {
      if (n_asked++ % 2 == 1) scores[i] = std::nan("");
    }
    return scores;
  };
  const at::Tensor map = corr_rise(forgetful, image, fill, 40, 7, 1);
  EXPECT_TRUE(at::isfinite(map).all().item<bool>());
  EXPECT_GT(difference(map, corr_rise(bent, image, fill, 40, 7, 1)), 1e-3);
  const auto lost = [](const at::Tensor& batch) {
    return at::full({batch.size(0)}, std::nan(""), at::kDouble);
  };
  EXPECT_THROW(corr_rise(lost, image, fill, 9, 4, 1), ImageError);
}

}  // namespace
}  // namespace csm
