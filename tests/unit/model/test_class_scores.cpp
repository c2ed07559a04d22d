#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <vector>

#include "csm/model/class_scores.h"
#include "support/compute_device.h"

namespace csm {
namespace {

ModelContract classifier(std::vector<OutputContract> outputs) {
  ModelContract contract;
  contract.role = ModelRole::classifier;
  contract.outputs = std::move(outputs);
  return contract;
}

at::Tensor rows(const std::vector<float>& values, std::int64_t n_rows) {
  return test::on_test_device(at::tensor(values)).reshape({n_rows, -1});
}

at::Tensor column(const std::vector<float>& values) {
  return rows(values, static_cast<std::int64_t>(values.size()));
}

TEST(ClassScores, takes_logits_as_they_are_and_skips_ignored_outputs) {
  const ModelContract contract =
      classifier({{"age", OutputKind::ignored, 1}, {"gender", OutputKind::logit, 2}});
  const Grid<float> scores = class_scores(
      std::vector<at::Tensor>{column({9.0F, 9.0F}), rows({1.0F, 2.0F, 3.0F, -4.0F}, 2)}, contract);
  EXPECT_EQ(scores.height(), 2);
  EXPECT_EQ(scores.values(), (std::vector<float>{1.0F, 2.0F, 3.0F, -4.0F}));
}

TEST(ClassScores, takes_the_logarithm_of_probabilities) {
  const Grid<float> scores = class_scores(std::vector<at::Tensor>{rows({0.25F, 0.75F}, 1)},
                                          classifier({{"p", OutputKind::probability, 2}}));
  EXPECT_NEAR(scores(0, 0), std::log(0.25), 1e-6);
  EXPECT_NEAR(scores(0, 1), std::log(0.75), 1e-6);
}

TEST(ClassScores, reads_one_number_as_a_class_and_its_complement) {
  const Grid<float> scores = class_scores(std::vector<at::Tensor>{column({1.5F, -2.0F})},
                                          classifier({{"z", OutputKind::binary_logit, 1}}));
  EXPECT_EQ(scores.values(), (std::vector<float>{-1.5F, 1.5F, 2.0F, -2.0F}));
}

TEST(ClassScores, reads_one_probability_as_that_of_the_second_class) {
  const Grid<float> scores = class_scores(std::vector<at::Tensor>{column({0.8F, 1.0F, 0.0F})},
                                          classifier({{"p", OutputKind::probability, 1}}));
  EXPECT_NEAR(scores(0, 1), std::log(4.0), 1e-6);
  EXPECT_NEAR(scores(0, 0), -std::log(4.0), 1e-6);
  EXPECT_NEAR(scores(1, 1), std::log(0x1p25), 1e-3);  // 1 in float32: between 1 - 2^-24 and 1
  EXPECT_NEAR(scores(2, 1), std::log(1e-30), 1e-3);
}

TEST(ClassScores, takes_the_log_odds_of_independent_sigmoids) {
  const std::vector<at::Tensor> outputs = {rows({0.5F, 0.9F, 0.1F}, 1)};
  const Grid<float> scores = class_scores(outputs, classifier({{"p", OutputKind::sigmoids, 3}}));
  EXPECT_NEAR(scores(0, 0), 0, 1e-6);
  EXPECT_NEAR(scores(0, 1), std::log(9.0), 1e-5);
  EXPECT_NEAR(scores(0, 2), -std::log(9.0), 1e-5);
  EXPECT_EQ(class_scores(outputs, classifier({{"z", OutputKind::sigmoid_logits, 3}})).values(),
            (std::vector<float>{0.5F, 0.9F, 0.1F}));
}

TEST(ClassScores, tells_which_classes_exclude_each_other) {
  EXPECT_EQ(class_relation(classifier({{"x", OutputKind::logit, 2}})), ClassRelation::exclusive);
  EXPECT_EQ(class_relation(classifier({{"p", OutputKind::probability, 2}})),
            ClassRelation::exclusive);
  for (const OutputKind kind : {OutputKind::binary_logit, OutputKind::probability,
                                OutputKind::sigmoids, OutputKind::sigmoid_logits}) {
    EXPECT_EQ(class_relation(classifier({{"x", kind, 1}})), ClassRelation::independent);
  }
  ModelContract heads = classifier({{"z", OutputKind::binary_logit, 1}});
  heads.heads = {{0, {{0}, {1}}}};
  EXPECT_EQ(class_relation(heads), ClassRelation::exclusive);
}

TEST(ClassScores, reads_one_number_in_a_head_as_two_probabilities) {
  ModelContract contract = classifier({{"z", OutputKind::binary_logit, 1}});
  contract.heads = {{0, {{0}, {1}}}};
  const Grid<float> scores = class_scores(std::vector<at::Tensor>{column({2.0F})}, contract);
  EXPECT_NEAR(std::exp(scores(0, 1)), 1 / (1 + std::exp(-2.0)), 1e-6);
  EXPECT_NEAR(std::exp(scores(0, 0)), 1 / (1 + std::exp(2.0)), 1e-6);
}

TEST(ClassScores, joins_the_marginals_of_two_heads) {
  ModelContract contract =
      classifier({{"yaw", OutputKind::logit, 3}, {"pitch", OutputKind::logit, 2}});
  contract.heads = {{0, {{0}, {1, 2}}}, {1, {{0}, {1}}}};
  const std::vector<double> yaw = {0.2, 0.5, 0.3};
  const std::vector<double> pitch = {0.9, 0.1};
  const at::Tensor yaw_logits =
      rows({std::log(0.2F), std::log(0.5F), std::log(0.3F)}, 1) + 4;  // any constant may be added
  const at::Tensor pitch_logits = rows({std::log(0.9F), std::log(0.1F)}, 1);
  const Grid<float> scores = class_scores({yaw_logits, pitch_logits}, contract);
  ASSERT_EQ(scores.width(), 4);
  EXPECT_NEAR(std::exp(scores(0, 0)), yaw[0] * pitch[0], 1e-6);
  EXPECT_NEAR(std::exp(scores(0, 1)), yaw[0] * pitch[1], 1e-6);
  EXPECT_NEAR(std::exp(scores(0, 2)), (yaw[1] + yaw[2]) * pitch[0], 1e-6);
  EXPECT_NEAR(std::exp(scores(0, 3)), (yaw[1] + yaw[2]) * pitch[1], 1e-6);
}

}  // namespace
}  // namespace csm
