#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "csm/core/error.h"
#include "csm/model/confidence.h"

namespace csm {
namespace {

TEST(ClassConfidence, probability_is_the_softmax) {
  const std::vector<float> logits = {1.0F, 2.0F, -1.0F};
  const double sum = std::exp(1.0) + std::exp(2.0) + std::exp(-1.0);
  EXPECT_NEAR(class_confidence(logits, 0, Confidence::probability), std::exp(1.0) / sum, 1e-12);
  EXPECT_NEAR(class_confidence(logits, 2, Confidence::probability), std::exp(-1.0) / sum, 1e-12);
}

TEST(ClassConfidence, probability_of_huge_logits_is_finite) {
  const std::vector<float> logits = {1000.0F, -1000.0F};
  EXPECT_EQ(class_confidence(logits, 0, Confidence::probability), 1.0);
  EXPECT_EQ(class_confidence(logits, 1, Confidence::probability), 0.0);
}

TEST(ClassConfidence, logit_is_the_number_itself) {
  EXPECT_EQ(class_confidence(std::vector<float>{1.5F, -2.25F}, 1, Confidence::logit), -2.25);
}

TEST(ClassConfidence, refuses_a_class_that_does_not_exist) {
  EXPECT_THROW(class_confidence(std::vector<float>{1.0F, 2.0F}, 2, Confidence::logit), ContractError);
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
  // Sorted: F .1, T .2, F .3, T .4, T .5: above .1 four are right, above .3 four as well; the lowest wins.
  const std::vector<ScoredPair> pairs = {{0.1, false}, {0.2, true}, {0.3, false}, {0.4, true}, {0.5, true}};
  EXPECT_NEAR(best_threshold(pairs), 0.15, 1e-12);
}

TEST(BestThreshold, never_cuts_between_equal_scores) {
  const std::vector<ScoredPair> pairs = {{0.5, false}, {0.5, false}, {0.5, true}, {0.8, true}};
  EXPECT_NEAR(best_threshold(pairs), 0.65, 1e-12);
}

TEST(BestThreshold, lies_below_all_scores_where_every_pair_is_the_same_person) {
  EXPECT_LT(best_threshold(std::vector<ScoredPair>{{0.5, true}, {0.8, true}}), 0.5);
}

TEST(Argmax, takes_the_first_of_ties) { EXPECT_EQ(argmax(std::vector<float>{1.0F, 3.0F, 3.0F}), 1); }

}  // namespace
}  // namespace csm
