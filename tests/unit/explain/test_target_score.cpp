#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "csm/explain/target_score.h"
#include "csm/model/class_scores.h"
#include "csm/model/confidence.h"

namespace csm {
namespace {

/// A classifier of two heads whose groups join some of 5 and of 4 entries, as age and pose bins do.
ModelContract binned_classifier() {
  ModelContract contract;
  contract.role = ModelRole::classifier;
  contract.outputs = {{"yaw", OutputKind::logit, 5},
                      {"roll", OutputKind::ignored, 3},
                      {"pitch", OutputKind::logit, 4}};
  contract.heads = {{0, {{0, 1}, {2}, {3, 4}}}, {2, {{0}, {1, 2, 3}}}};
  contract.classes = {"a", "b", "c", "d", "e", "f"};
  return contract;
}

ModelContract plain_classifier(OutputKind kind, int size) {
  ModelContract contract;
  contract.role = ModelRole::classifier;
  contract.outputs = {{"scores", kind, size}};
  return contract;
}

at::Tensor some_values(std::int64_t n, std::int64_t size) {
  return at::sin(at::arange(n * size, at::kFloat) * 1.7F).reshape({n, size}) * 3;
}

void expect_the_scalar_functions(const std::vector<at::Tensor>& outputs,
                                 const ModelContract& contract, int n_classes) {
  const Grid<float> scores = class_scores(outputs, contract);
  for (const Confidence kind : {Confidence::log_odds, Confidence::probability, Confidence::logit}) {
    for (int target = 0; target < n_classes; ++target) {
      const at::Tensor found =
          target_score(outputs, contract, {.confidence = kind, .target = target});
      ASSERT_EQ(found.dim(), 1);
      for (int image = 0; image < scores.height(); ++image) {
        // The scalar functions take scores that were rounded to float32.
        EXPECT_NEAR(found[image].item<double>(),
                    class_confidence(scores.row(image), target, kind, class_relation(contract)),
                    2e-6);
      }
    }
  }
}

TEST(TargetScore, agrees_with_the_scalar_confidence_of_binned_outputs) {
  expect_the_scalar_functions({some_values(3, 5), some_values(3, 3), some_values(3, 4)},
                              binned_classifier(), 6);
}

TEST(TargetScore, agrees_with_the_scalar_confidence_of_every_kind_of_output) {
  expect_the_scalar_functions({some_values(4, 7)}, plain_classifier(OutputKind::logit, 7), 7);
  expect_the_scalar_functions({some_values(4, 1)}, plain_classifier(OutputKind::binary_logit, 1),
                              2);
  expect_the_scalar_functions({at::softmax(some_values(4, 3), 1)},
                              plain_classifier(OutputKind::probability, 3), 3);
  expect_the_scalar_functions({at::sigmoid(some_values(4, 1))},
                              plain_classifier(OutputKind::probability, 1), 2);
  expect_the_scalar_functions({at::sigmoid(some_values(4, 3))},
                              plain_classifier(OutputKind::sigmoids, 3), 3);
  expect_the_scalar_functions({some_values(4, 3)}, plain_classifier(OutputKind::sigmoid_logits, 3),
                              3);
}

TEST(TargetScore, agrees_with_the_scalar_cosine_and_verification) {
  ModelContract contract;
  contract.role = ModelRole::embedding;
  contract.outputs = {{"embedding", OutputKind::embedding, 6}};
  const at::Tensor embeddings = some_values(3, 6);
  const std::vector<float> reference = {0.5F, -1, 2, 0.25F, 0, 1};
  const Grid<float> rows = class_scores({embeddings}, contract);
  const at::Tensor cosine = target_score(
      {embeddings}, contract, {.confidence = Confidence::cosine, .reference = reference});
  for (const bool same : {true, false}) {
    const at::Tensor found = target_score({embeddings}, contract,
                                          {.confidence = Confidence::verification,
                                           .reference = reference,
                                           .threshold = 0.3,
                                           .same_person = same});
    for (int image = 0; image < 3; ++image) {
      const double expected = cosine_similarity(rows.row(image), reference);
      EXPECT_NEAR(cosine[image].item<double>(), expected, 1e-12);
      EXPECT_NEAR(found[image].item<double>(), verification_confidence(expected, 0.3, same), 1e-12);
    }
  }
}

TEST(TargetScore, of_the_null_vector_is_zero_with_a_finite_gradient) {
  ModelContract contract;
  contract.role = ModelRole::embedding;
  contract.outputs = {{"embedding", OutputKind::embedding, 2}};
  const at::Tensor null = at::zeros({1, 2}).requires_grad_(true);
  const at::Tensor score =
      target_score({null}, contract, {.confidence = Confidence::cosine, .reference = {0.0F, 0.0F}});
  EXPECT_EQ(score.item<double>(), 0);
  score.sum().backward();
  EXPECT_TRUE(at::isfinite(null.grad()).all().item<bool>());
}

TEST(TargetScore, can_be_differentiated_by_the_outputs) {
  const at::Tensor logits = at::tensor({1.0F, 2.0F, -1.0F}).reshape({1, 3}).requires_grad_(true);
  target_score({logits}, plain_classifier(OutputKind::logit, 3),
               {.confidence = Confidence::probability, .target = 1})
      .sum()
      .backward();
  const at::Tensor p = at::softmax(logits.detach(), 1)[0];
  const at::Tensor expected = p[1] * (at::tensor({0.0F, 1.0F, 0.0F}) - p);
  EXPECT_LT((logits.grad()[0] - expected).abs().max().item<double>(), 1e-6);
}

TEST(ConfidenceOfTest, is_that_of_the_kind) {
  const std::vector<float> scores = {3, 4};
  const TargetScore pair{.confidence = Confidence::verification,
                         .reference = {4, 3},
                         .threshold = 0.5,
                         .same_person = false};
  EXPECT_NEAR(confidence_of(scores, {.target = 1}, Confidence::log_odds), 1, 1e-6);
  EXPECT_NEAR(confidence_of(scores, {.target = 1, .relation = ClassRelation::independent},
                            Confidence::log_odds),
              4, 1e-6);
  EXPECT_NEAR(confidence_of(scores, {.target = 1}, Confidence::logit), 4, 1e-6);
  EXPECT_NEAR(confidence_of(scores, {.target = 1}, Confidence::probability),
              1 / (1 + std::exp(-1.0)), 1e-6);
  EXPECT_NEAR(confidence_of(scores, pair, Confidence::cosine), 24.0 / 25, 1e-6);
  EXPECT_NEAR(confidence_of(scores, pair, Confidence::verification), 0.5 - 24.0 / 25, 1e-6);
}

}  // namespace
}  // namespace csm
