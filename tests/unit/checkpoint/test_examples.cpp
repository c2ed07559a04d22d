#include <gtest/gtest.h>

#include <string>

#include "csm/checkpoint/examples.h"

namespace csm {
namespace {

double score_of(const std::string& label, const std::string& predicted, double confidence) {
  ImageRow row;
  row.label = label;
  row.predicted = predicted;
  row.confidence = confidence;
  return decision_score(row);
}

TEST(DecisionScore, is_the_confidence_of_a_right_decision_and_negative_for_a_wrong_one) {
  EXPECT_EQ(score_of("male", "male", 0.9), 0.9);
  EXPECT_EQ(score_of("female", "male", 0.9), -0.9);
}

TEST(DecisionScore, a_wrong_decision_never_counts_as_good) {
  // The confidence of a pair that is decided wrongly, and the logit of a label that loses, are
  // negative already.
  EXPECT_EQ(score_of("same", "different", -0.3), -0.3);
}

TEST(DecisionScore, is_the_confidence_where_nothing_says_what_is_right) {
  EXPECT_EQ(score_of("", "male", 0.6), 0.6);
  EXPECT_EQ(score_of("anna", "", 0.7), 0.7) << "embeddings predict no class";
}

TEST(DecisionScore, ranks_sure_before_unsure_before_wrong) {
  const double sure = score_of("male", "male", 0.99);
  const double unsure = score_of("male", "male", 0.51);
  const double unsure_wrong = score_of("female", "male", 0.51);
  const double sure_wrong = score_of("female", "male", 0.99);
  EXPECT_GT(sure, unsure);
  EXPECT_GT(unsure, unsure_wrong);
  EXPECT_GT(unsure_wrong, sure_wrong);
}

}  // namespace
}  // namespace csm
