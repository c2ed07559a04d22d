#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "csm/core/error.h"
#include "fggb.h"
#include "golden_tensor.h"
#include "unit_embedding.h"
#include "xssab.h"

namespace csm {
namespace {

using test::golden;
using test::golden_tensor;

constexpr std::int64_t n_numbers = 5;

/// The embedding of the golden numbers: tanh of a linear one.
at::Tensor embedding(const at::Tensor& batch) {
  const at::Tensor weight =
      golden_tensor("embedding_weight", {n_numbers, 3 * 9 * 11}).to(at::kFloat);
  return at::tanh(at::matmul(batch.flatten(1), weight.t())).to(at::kDouble);
}

at::Tensor image() { return golden_tensor("image", {1, 3, 9, 11}).to(at::kFloat); }

TargetScore target(bool same_person) {
  std::vector<float> reference;
  for (const double value : test::numbers(golden("embedding_reference", "explain.json")))
    reference.push_back(static_cast<float>(value));
  return {.confidence = Confidence::verification,
          .reference = reference,
          .threshold = golden("embedding_threshold", "explain.json").get<double>(),
          .same_person = same_person};
}

double difference_of(const at::Tensor& a, const at::Tensor& b) {
  EXPECT_EQ(a.sizes(), b.sizes());
  return (a - b).abs().max().item<double>();
}

TEST(EmbeddingMethods, contributions_sum_to_the_cosine_less_the_threshold) {
  const EmbeddingReference reference = embedding_reference(target(true));
  const UnitEmbedding own(embedding, image());
  const double cosine = (own.value()[0] * reference.unit).sum().item<double>();
  EXPECT_NEAR(own.contributions(reference).sum().item<double>(), cosine - reference.threshold,
              1e-12);
  EXPECT_NEAR(own.value().norm().item<double>(), 1, 1e-12);
}

TEST(Fggb, agrees_with_the_paper_for_any_batch_size) {
  for (const int batch_size : {1, 2, 5}) {
    const at::Tensor map = fggb(embedding, image(), embedding_reference(target(true)), batch_size);
    EXPECT_LT(difference_of(map, golden_tensor("fggb", {9, 11})), 1e-5) << batch_size;
  }
}

TEST(Xssab, agrees_with_the_paper) {
  const at::Tensor map = xssab(embedding, image(), embedding_reference(target(true)));
  EXPECT_LT(difference_of(map, golden_tensor("xssab", {9, 11})), 1e-5);
}

TEST(EmbeddingMethods, point_to_what_raises_the_confidence_of_the_right_answer) {
  const EmbeddingReference same = embedding_reference(target(true));
  const EmbeddingReference different = embedding_reference(target(false));
  EXPECT_EQ(difference_of(xssab(embedding, image(), same), -xssab(embedding, image(), different)),
            0);
  EXPECT_EQ(
      difference_of(fggb(embedding, image(), same, 2), -fggb(embedding, image(), different, 2)), 0);
}

TEST(EmbeddingMethods, compare_with_a_gallery_without_a_threshold) {
  TargetScore gallery = target(false);
  gallery.confidence = Confidence::cosine;
  TargetScore pair = target(true);
  pair.threshold = 0;
  EXPECT_EQ(difference_of(xssab(embedding, image(), embedding_reference(gallery)),
                          xssab(embedding, image(), embedding_reference(pair))),
            0);
}

TEST(EmbeddingMethods, of_an_embedding_of_zeros_are_zero) {
  const auto nothing = [](const at::Tensor& batch) { return embedding(batch * 0); };
  const EmbeddingReference reference = embedding_reference(target(true));
  EXPECT_EQ(xssab(nothing, image(), reference).abs().max().item<double>(), 0);
  EXPECT_EQ(fggb(nothing, image(), reference, 2).abs().max().item<double>(), 0);
}

TEST(EmbeddingReference, is_of_a_comparison_only) {
  EXPECT_THROW(embedding_reference({.confidence = Confidence::log_odds}), ContractError);
}

}  // namespace
}  // namespace csm
