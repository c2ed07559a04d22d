#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/confidence.h"

namespace csm {
namespace {

constexpr auto exclusive = ClassRelation::exclusive;
constexpr auto independent = ClassRelation::independent;

ModelContract classifier(OutputKind kind, int size) {
  ModelContract contract;
  contract.outputs = {{"x", kind, size}};
  return contract;
}

TEST(ClassConfidence, probability_is_the_softmax) {
  const std::vector<float> logits = {1.0F, 2.0F, -1.0F};
  const double sum = std::exp(1.0) + std::exp(2.0) + std::exp(-1.0);
  EXPECT_NEAR(class_confidence(logits, 0, Confidence::probability, exclusive), std::exp(1.0) / sum,
              1e-12);
  EXPECT_NEAR(class_confidence(logits, 2, Confidence::probability, exclusive), std::exp(-1.0) / sum,
              1e-12);
}

TEST(ClassConfidence, probability_of_huge_logits_is_finite) {
  const std::vector<float> logits = {1000.0F, -1000.0F};
  EXPECT_EQ(class_confidence(logits, 0, Confidence::probability, exclusive), 1.0);
  EXPECT_EQ(class_confidence(logits, 1, Confidence::probability, exclusive), 0.0);
}

TEST(ClassConfidence, log_odds_is_the_logit_minus_the_logsumexp_of_the_others) {
  const std::vector<float> logits = {1.0F, 2.0F, -1.0F};
  const double p = std::exp(2.0) / (std::exp(1.0) + std::exp(2.0) + std::exp(-1.0));
  EXPECT_NEAR(class_confidence(logits, 1, Confidence::log_odds, exclusive), std::log(p / (1 - p)),
              1e-12);
  EXPECT_EQ(class_confidence(std::vector<float>{3.5F, -2.25F}, 0, Confidence::log_odds, exclusive),
            5.75);
}

TEST(ClassConfidence, log_odds_keeps_its_precision_where_the_probability_is_1) {
  // p = 1 - 2e-20 in the first, 1 - 2e-20 e^-0.5 in the second: as probabilities both are 1.
  const std::vector<float> logits = {45.0F, -0.5F, -0.5F};
  const std::vector<float> less = {44.5F, -0.5F, -0.5F};
  EXPECT_EQ(class_confidence(logits, 0, Confidence::probability, exclusive), 1.0);
  EXPECT_NEAR(class_confidence(logits, 0, Confidence::log_odds, exclusive) -
                  class_confidence(less, 0, Confidence::log_odds, exclusive),
              0.5, 1e-12);
}

TEST(ClassConfidence, log_odds_does_not_depend_on_what_is_added_to_all_logits) {
  const std::vector<float> logits = {1.0F, 2.0F, -1.0F};
  const std::vector<float> log_softmax = {1.0F - 8, 2.0F - 8, -1.0F - 8};
  for (int target = 0; target < 3; ++target) {
    EXPECT_NEAR(class_confidence(logits, target, Confidence::log_odds, exclusive),
                class_confidence(log_softmax, target, Confidence::log_odds, exclusive), 1e-12);
  }
}

TEST(ClassConfidence, an_independent_class_stands_against_its_own_complement) {
  const std::vector<float> scores = {-1.5F, 1.5F};  // a binary_logit z = 1.5
  for (const Confidence kind : {Confidence::log_odds, Confidence::logit}) {
    EXPECT_EQ(class_confidence(scores, 0, kind, independent), -1.5);
    EXPECT_EQ(class_confidence(scores, 1, kind, independent), 1.5);
  }
  EXPECT_NEAR(class_confidence(scores, 1, Confidence::probability, independent),
              1 / (1 + std::exp(-1.5)), 1e-12);
  EXPECT_EQ(class_confidence(std::vector<float>{2.0F}, 0, Confidence::log_odds, independent), 2.0);
}

TEST(ClassConfidence, logit_is_the_number_itself) {
  EXPECT_EQ(class_confidence(std::vector<float>{1.5F, -2.25F}, 1, Confidence::logit, exclusive),
            -2.25);
}

TEST(ClassConfidence, refuses_what_has_no_value) {
  EXPECT_THROW(class_confidence(std::vector<float>{1.0F, 2.0F}, 2, Confidence::logit, exclusive),
               ContractError);
  EXPECT_THROW(class_confidence(std::vector<float>{1.0F}, 0, Confidence::log_odds, exclusive),
               ContractError);
  EXPECT_THROW(class_confidence(std::vector<float>{1.0F, 2.0F}, 0, Confidence::cosine, exclusive),
               ContractError);
}

TEST(IsSaturated, of_a_probability_near_its_ends) {
  const ModelContract logits = classifier(OutputKind::logit, 2);
  EXPECT_TRUE(is_saturated(std::vector<float>{7.0F, 0.0F}, 0, Confidence::probability, logits));
  EXPECT_TRUE(is_saturated(std::vector<float>{7.0F, 0.0F}, 1, Confidence::probability, logits));
  EXPECT_FALSE(is_saturated(std::vector<float>{6.8F, 0.0F}, 0, Confidence::probability, logits));
  EXPECT_FALSE(is_saturated(std::vector<float>{70.0F, 0.0F}, 0, Confidence::log_odds, logits));
}

TEST(IsSaturated, of_log_odds_where_a_probability_was_rounded) {
  const float zero = std::log(1e-30F);
  const ModelContract softmax = classifier(OutputKind::probability, 3);
  EXPECT_TRUE(is_saturated(std::vector<float>{0.0F, zero, zero}, 0, Confidence::log_odds, softmax));
  EXPECT_TRUE(is_saturated(std::vector<float>{0.0F, zero, -3.0F}, 1, Confidence::logit, softmax));
  EXPECT_FALSE(
      is_saturated(std::vector<float>{0.0F, -40.0F, zero}, 0, Confidence::log_odds, softmax));
  const ModelContract sigmoid = classifier(OutputKind::probability, 1);
  EXPECT_TRUE(is_saturated(std::vector<float>{-14.0F, 14.0F}, 0, Confidence::log_odds, sigmoid));
  EXPECT_FALSE(is_saturated(std::vector<float>{14.0F, -14.0F}, 1, Confidence::log_odds, sigmoid));
  const ModelContract sigmoids = classifier(OutputKind::sigmoids, 2);
  EXPECT_TRUE(is_saturated(std::vector<float>{14.0F, 0.0F}, 0, Confidence::log_odds, sigmoids));
  EXPECT_FALSE(is_saturated(std::vector<float>{14.0F, 0.0F}, 1, Confidence::log_odds, sigmoids));
}

TEST(CosineSimilarity, is_one_for_multiples_and_zero_for_the_null_vector) {
  const std::vector<float> a = {1.0F, 2.0F, 2.0F};
  EXPECT_NEAR(cosine_similarity(a, std::vector<float>{3.0F, 6.0F, 6.0F}), 1.0, 1e-12);
  EXPECT_NEAR(cosine_similarity(a, std::vector<float>{-1.0F, -2.0F, -2.0F}), -1.0, 1e-12);
  EXPECT_NEAR(cosine_similarity(a, std::vector<float>{2.0F, 1.0F, 2.0F}), 8.0 / 9.0, 1e-12);
  EXPECT_EQ(cosine_similarity(a, std::vector<float>{0.0F, 0.0F, 0.0F}), 0.0);
}

TEST(VerificationConfidence, changes_sign_with_the_truth) {
  EXPECT_NEAR(verification_confidence(0.7, 0.4, true), 0.3, 1e-12);
  EXPECT_NEAR(verification_confidence(0.7, 0.4, false), -0.3, 1e-12);
}

TEST(BestThreshold, stands_in_the_middle_of_the_separating_gap) {
  const std::vector<ScoredPair> pairs = {{0.9, true}, {0.2, false}, {0.6, true}, {0.3, false}};
  EXPECT_NEAR(best_threshold(pairs), 0.45, 1e-12);
}

TEST(BestThreshold, takes_the_best_accuracy_where_the_kinds_overlap) {
  // Sorted: F .1, T .2, F .3, T .4, T .5: above .1 four are right, above .3 four as well; the
  // lowest wins.
  const std::vector<ScoredPair> pairs = {
      {0.1, false}, {0.2, true}, {0.3, false}, {0.4, true}, {0.5, true}};
  EXPECT_NEAR(best_threshold(pairs), 0.15, 1e-12);
}

TEST(BestThreshold, never_cuts_between_equal_scores) {
  const std::vector<ScoredPair> pairs = {{0.5, false}, {0.5, false}, {0.5, true}, {0.8, true}};
  EXPECT_NEAR(best_threshold(pairs), 0.65, 1e-12);
}

TEST(BestThreshold, lies_below_all_scores_where_every_pair_is_the_same_person) {
  EXPECT_LT(best_threshold(std::vector<ScoredPair>{{0.5, true}, {0.8, true}}), 0.5);
}

TEST(Argmax, takes_the_first_of_ties) {
  EXPECT_EQ(argmax(std::vector<float>{1.0F, 3.0F, 3.0F}), 1);
}

}  // namespace
}  // namespace csm
