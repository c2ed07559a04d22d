#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "output_facts.h"

namespace csm {
namespace {

using testing::HasSubstr;

const std::vector<float> scores = {
    1.5F, -2.0F, 0.25F, 0.5F, 3.0F,  0.0F,  -0.75F, 0.5F,
    0.5F, 1.0F,  -1.5F, 2.0F, -3.0F, 0.25F, 1.25F,  -0.5F};  // 8 images of 2 classes

std::vector<float> softmax() {
  std::vector<float> values = scores;
  for (std::size_t i = 0; i < values.size(); i += 2) {
    values[i] = 1 / (1 + std::exp(scores[i + 1] - scores[i]));
    values[i + 1] = 1 - values[i];
  }
  return values;
}

template <class Function>
std::vector<float> each(std::vector<float> values, Function&& function) {
  for (float& value : values) value = function(value);
  return values;
}

std::vector<float> log_softmax() {
  return each(softmax(), [](float p) { return std::log(p); });
}

std::vector<float> sigmoids() {
  return each(scores, [](float z) { return 1 / (1 + std::exp(-z)); });
}

/// The advice for values of this kind; empty if they may be of it.
std::string advice(OutputKind kind, const std::vector<float>& values, int size,
                   LastOperator last = LastOperator::unknown) {
  const auto fault = find_kind_fault({"x", kind, size}, find_facts(values, size, last));
  return fault ? fault->advice : "";
}

TEST(OutputFacts, scores_must_not_be_probabilities) {
  EXPECT_EQ(advice(OutputKind::logit, scores, 2), "");
  EXPECT_EQ(advice(OutputKind::binary_logit, scores, 1), "");
  EXPECT_EQ(advice(OutputKind::sigmoid_logits, scores, 2), "");
  EXPECT_EQ(advice(OutputKind::logit, log_softmax(), 2), "") << "log-probabilities equal logits";
  EXPECT_THAT(advice(OutputKind::logit, softmax(), 2), HasSubstr("x:probability"));
  EXPECT_THAT(advice(OutputKind::logit, each(softmax(), [](float p) { return 100 * p; }), 2),
              HasSubstr("Divide"));
  EXPECT_THAT(advice(OutputKind::logit, sigmoids(), 2), HasSubstr("x:sigmoids"));
  EXPECT_THAT(advice(OutputKind::binary_logit, sigmoids(), 1), HasSubstr("x:probability"));
  EXPECT_THAT(advice(OutputKind::sigmoid_logits, log_softmax(), 2), HasSubstr("x:logit"));
  EXPECT_THAT(advice(OutputKind::binary_logit, each(scores, [](float z) { return std::tanh(z); }),
                     1, LastOperator::tanh),
              HasSubstr("(1 + x) / 2"));
}

TEST(OutputFacts, few_images_say_little_unless_the_operator_does) {
  const std::vector<float> one = {0.4F};
  EXPECT_EQ(advice(OutputKind::binary_logit, one, 1), "");
  EXPECT_NE(advice(OutputKind::binary_logit, one, 1, LastOperator::sigmoid), "");
  EXPECT_EQ(advice(OutputKind::binary_logit, sigmoids(), 1, LastOperator::linear), "");
  EXPECT_EQ(advice(OutputKind::binary_logit, {}, 1), "");
}

TEST(OutputFacts, probabilities_must_be_some) {
  EXPECT_EQ(advice(OutputKind::probability, softmax(), 2), "");
  EXPECT_EQ(advice(OutputKind::probability, sigmoids(), 1), "");
  EXPECT_THAT(advice(OutputKind::probability, scores, 1), HasSubstr("x:binary_logit"));
  EXPECT_THAT(advice(OutputKind::probability, scores, 2), HasSubstr("x:logit"));
  EXPECT_THAT(advice(OutputKind::probability, log_softmax(), 2), HasSubstr("x:logit"));
  EXPECT_THAT(advice(OutputKind::probability, sigmoids(), 2), HasSubstr("x:sigmoids"));
}

TEST(OutputFacts, sigmoids_must_be_independent) {
  EXPECT_EQ(advice(OutputKind::sigmoids, sigmoids(), 2), "");
  EXPECT_THAT(advice(OutputKind::sigmoids, scores, 2), HasSubstr("x:sigmoid_logits"));
  EXPECT_THAT(advice(OutputKind::sigmoids, softmax(), 2), HasSubstr("x:probability"));
  EXPECT_EQ(advice(OutputKind::sigmoids, softmax(), 2, LastOperator::sigmoid), "");
}

TEST(OutputFacts, an_embedding_must_not_be_a_softmax) {
  EXPECT_EQ(advice(OutputKind::embedding, scores, 2), "");
  EXPECT_EQ(advice(OutputKind::embedding, sigmoids(), 2), "");
  EXPECT_NE(advice(OutputKind::embedding, softmax(), 2), "");
  EXPECT_NE(advice(OutputKind::embedding, log_softmax(), 2), "");
}

}  // namespace
}  // namespace csm
