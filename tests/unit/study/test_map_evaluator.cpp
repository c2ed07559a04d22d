#include <ATen/ATen.h>
#include <gmock/gmock.h>

#include <cmath>
#include <memory>

#include "csm/core/error.h"
#include "csm/model/confidence.h"
#include "csm/model/fill.h"
#include "csm/model/input.h"
#include "csm/study/explanation_mask.h"
#include "csm/study/map_evaluator.h"
#include "csm/study/study_options.h"
#include "impute.h"
#include "support/temporary_folder.h"
#include "support/test_model.h"

namespace csm {
namespace {

constexpr int height = 2;
constexpr int width = 5;
constexpr std::size_t n_pixels = 10;

/// The logit of class 0 is the sum over pixels of (q + 1) times the red value; so what an altered
/// image scores is known in closed form.
class MapEvaluatorTest : public testing::Test {
 protected:
  MapEvaluatorTest() : picture_(height, width), face_(height, width, 1.0F) {
    std::vector<float> weight(3 * n_pixels, 0.0F);
    for (std::size_t q = 0; q < n_pixels; ++q) {
      weight[q] = static_cast<float>(q + 1);
      picture_.values[3 * q] = static_cast<std::uint8_t>(10 + 3 * q * q);
    }
    test::write_linear_classifier(folder_.path() / "m.pt", height, width, weight);
    network_ =
        std::make_unique<Network>(folder_.path() / "m.pt", ModelRole::classifier, ComputeDevice{});
    occlusion_.fill = {.kind = FillKind::colour, .colour = {7, 0, 0}};
  }

  double red(std::size_t q) const { return picture_.values[3 * q]; }

  /// The logit where pixel q has this red value.
  template <class RedOf>
  static double logit(RedOf&& red_of) {
    double sum = 0;
    for (std::size_t q = 0; q < n_pixels; ++q) sum += static_cast<double>(q + 1) * red_of(q);
    return sum;
  }

  double clean() const {
    return logit([&](std::size_t q) { return red(q); });
  }

  /// One map for each pixel, which it marks alone.
  static std::vector<Grid<float>> single_pixels() {
    std::vector<Grid<float>> maps(n_pixels, Grid<float>(height, width));
    for (std::size_t q = 0; q < n_pixels; ++q) maps[q].values()[q] = 0.3F;
    return maps;
  }

  MapEvaluator make(int batch_size, int curve_steps,
                    Imputation imputation = Imputation::fill) const {
    StudyOptions study;
    study.curve_steps = curve_steps;
    study.imputation = imputation;
    return {*network_, Confidence::logit, study, occlusion_, batch_size};
  }

  ImageFaithfulness evaluate(const std::vector<Grid<float>>& maps, double alpha, int batch_size,
                             int curve_steps = 0) {
    const MapEvaluator evaluator = make(batch_size, curve_steps);
    const std::vector<float> scores = {static_cast<float>(clean()), 0};
    return evaluator.evaluate(picture_, maps, alpha, scores,
                              {.confidence = Confidence::logit, .target = 0}, face_, 3);
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<Network> network_;
  RgbImage picture_;
  Grid<float> face_;
  OcclusionOptions occlusion_;
};

TEST_F(MapEvaluatorTest, every_map_has_its_own_score_in_batches_of_any_size) {
  for (const int batch_size : {1, 3, 4, 20, 64}) {
    const ImageFaithfulness evaluation = evaluate(single_pixels(), 0.5, batch_size);
    ASSERT_EQ(evaluation.n_maps(), n_pixels);
    EXPECT_EQ(evaluation.original.front(), clean());
    for (std::size_t m = 0; m < n_pixels; ++m) {
      const double darkened = clean() - 0.5 * static_cast<double>(m + 1) * red(m);
      const double kept = static_cast<double>(m + 1) * red(m);
      EXPECT_NEAR(evaluation.darkened[2 * m], darkened, 1e-3)
          << "map " << m << ", batches of " << batch_size;
      EXPECT_NEAR(evaluation.kept[2 * m], kept, 1e-3);
    }
  }
}

TEST_F(MapEvaluatorTest, the_second_kind_of_confidence_is_the_probability) {
  const ImageFaithfulness evaluation = evaluate(single_pixels(), 0.5, 4);
  EXPECT_NEAR(evaluation.darkened[1], 1 / (1 + std::exp(-evaluation.darkened[0])), 1e-6);
  EXPECT_NEAR(evaluation.original[1], 1, 1e-6);
}

TEST_F(MapEvaluatorTest, areas_are_those_of_the_curves) {
  // From the last pixel to the first, a fifth of them a step.
  Grid<float> rising(height, width);
  for (std::size_t q = 0; q < n_pixels; ++q) rising.values()[q] = static_cast<float>(q);
  const std::vector<Grid<float>> maps = {rising};
  const ImageFaithfulness evaluation = evaluate(maps, 1, 4, 5);
  double deletion = 0;
  for (int step = 0; step <= 5; ++step) {
    const auto first_deleted = n_pixels - 2 * static_cast<std::size_t>(step);
    const double value = logit([&](std::size_t q) { return q >= first_deleted ? 7.0 : red(q); });
    deletion += value * (step == 0 || step == 5 ? 0.5 : 1) / 5;
  }
  EXPECT_NEAR(evaluation.deletion_area.front(), deletion, 1e-2);
  // Insertion begins with the blurred image: the input's values are those of the image, mean 0 and
  // deviation 1.
  const InputContract& input = network_->contract().input;
  const at::Tensor image = normalise_input(picture_, input);
  const at::Tensor blurred =
      fill_image({.kind = FillKind::blur, .colour = {}}, image, input, occlusion_.patch_size, 3)
          .contiguous();
  double insertion = 0;
  for (int step = 0; step <= 5; ++step) {
    const auto first_inserted = n_pixels - 2 * static_cast<std::size_t>(step);
    const double value = logit([&](std::size_t q) {
      return q >= first_inserted ? red(q) : double{blurred.const_data_ptr<float>()[q]};
    });
    insertion += value * (step == 0 || step == 5 ? 0.5 : 1) / 5;
  }
  EXPECT_NEAR(evaluation.insertion_area.front(), insertion, 1e-2);
}

TEST_F(MapEvaluatorTest, a_better_map_has_a_smaller_deletion_and_a_larger_insertion_area) {
  Grid<float> right(height, width);
  Grid<float> wrong(height, width);
  for (std::size_t q = 0; q < n_pixels; ++q) {
    right.values()[q] = static_cast<float>(static_cast<double>(q + 1) * red(q));
    wrong.values()[q] = -right.values()[q];
  }
  const std::vector<Grid<float>> maps = {right, wrong};
  const ImageFaithfulness evaluation = evaluate(maps, 1, 7, 5);
  EXPECT_LT(evaluation.deletion_area[0], evaluation.deletion_area[1]);
  EXPECT_GT(evaluation.insertion_area[0], evaluation.insertion_area[1]);
  EXPECT_LT(evaluation.darkened[0], evaluation.darkened[2]);
}

TEST_F(MapEvaluatorTest, imputation_shows_what_is_left_in_both_curves) {
  Grid<float> rising(height, width);
  for (std::size_t q = 0; q < n_pixels; ++q) rising.values()[q] = static_cast<float>(q);
  const std::vector<Grid<float>> maps = {rising};
  const std::vector<float> scores = {static_cast<float>(clean()), 0};
  const ImageFaithfulness evaluation =
      make(4, 2, Imputation::neighbours)
          .evaluate(picture_, maps, 1, scores, {.confidence = Confidence::logit, .target = 0},
                    face_, 3);

  // Half of the pixels: the lower row is deleted first, and inserted first.
  const at::Tensor image = normalise_input(picture_, network_->contract().input);
  const auto score_of = [&](float upper, float lower) {
    Grid<float> known(height, width, upper);
    for (int x = 0; x < width; ++x) known(1, x) = lower;
    const at::Tensor values = impute(image, known, imputation_noise, 3).contiguous();
    return logit([&](std::size_t q) { return double{values.const_data_ptr<float>()[q]}; });
  };
  const double ends = (clean() + score_of(0, 0)) / 2;
  EXPECT_NEAR(evaluation.deletion_area.front(), (ends + score_of(1, 0)) / 2, 1e-2);
  EXPECT_NEAR(evaluation.insertion_area.front(), (ends + score_of(0, 1)) / 2, 1e-2);
}

/// The score of an embedding is its cosine; the curves of a pair are kept, because the threshold
/// of all pairs comes later.
TEST_F(MapEvaluatorTest, keeps_the_similarities_of_a_pair_along_the_curves) {
  // The embedding is the image itself, of which only red is not 0.
  test::write_model(folder_.path() / "e.pt", "def forward(self, x):\n    return x.flatten(1)\n",
                    test::embedding_contract(height, width, 3 * n_pixels));
  network_ =
      std::make_unique<Network>(folder_.path() / "e.pt", ModelRole::embedding, ComputeDevice{});
  StudyOptions study;
  study.curve_steps = 2;
  const MapEvaluator evaluator(*network_, Confidence::verification, study, occlusion_, 4);
  Grid<float> falling(height, width);
  for (std::size_t q = 0; q < n_pixels; ++q) falling.values()[q] = -static_cast<float>(q);
  std::vector<float> whole(3 * n_pixels);
  std::vector<float> other(3 * n_pixels);
  for (std::size_t q = 0; q < n_pixels; ++q) {
    whole[q] = static_cast<float>(red(q));
    other[q] = static_cast<float>(q % 3);
  }
  const std::vector<Grid<float>> maps = {falling};
  const ImageFaithfulness pair = evaluator.evaluate(picture_, maps, 1, whole,
                                                    {.confidence = Confidence::verification,
                                                     .reference = other,
                                                     .threshold = 0.25,
                                                     .same_person = false},
                                                    face_, 3);
  const auto cosine_without = [&](std::size_t n_deleted) {
    std::vector<float> values = whole;
    for (std::size_t q = 0; q < n_deleted; ++q) values[q] = 7;
    return cosine_similarity(values, other);
  };
  ASSERT_EQ(pair.deletion_similarity.size(), 3U);
  for (std::size_t step = 0; step < 3; ++step)
    EXPECT_NEAR(pair.deletion_similarity[step], cosine_without(5 * step), 1e-6) << step;
  EXPECT_NEAR(pair.insertion_similarity[2], cosine_without(0), 1e-6);
  EXPECT_NEAR(pair.original.front(), 0.25 - cosine_without(0), 1e-6);
  EXPECT_THAT(pair.same_person, testing::ElementsAre(0));
}

TEST_F(MapEvaluatorTest, keeps_no_similarities_of_images_that_are_no_pairs) {
  const ImageFaithfulness evaluation = evaluate(single_pixels(), 1, 4, 2);
  EXPECT_TRUE(evaluation.deletion_similarity.empty() && evaluation.same_person.empty());
}

TEST_F(MapEvaluatorTest, without_curves_areas_are_unknown) {
  EXPECT_TRUE(std::isnan(evaluate(single_pixels(), 1, 4).deletion_area.front()));
}

TEST_F(MapEvaluatorTest, counts_its_forwards) {
  const auto count = [&](int steps) { return make(4, steps).n_forwards(3); };
  EXPECT_EQ(count(0), 6);
  EXPECT_EQ(count(5), 6 + 2 + 3 * 2 * 4);
}

TEST_F(MapEvaluatorTest, a_score_that_is_not_finite_is_a_bad_image) {
  // The image has no green, so the quotient is infinite.
  test::write_model(
      folder_.path() / "bad.pt",
      "def forward(self, x):\n    return x[:, 0:1].sum([2, 3]) / x[:, 1:3].mean([2, 3])\n",
      test::classifier_contract(height, width));
  network_ =
      std::make_unique<Network>(folder_.path() / "bad.pt", ModelRole::classifier, ComputeDevice{});
  EXPECT_THROW(evaluate(single_pixels(), 0.5, 4), ImageError);
}

TEST(EvaluatedConfidences, are_the_runs_own_first) {
  EXPECT_THAT(evaluated_confidences(Confidence::logit),
              testing::ElementsAre(Confidence::logit, Confidence::probability));
  EXPECT_THAT(evaluated_confidences(Confidence::log_odds),
              testing::ElementsAre(Confidence::log_odds, Confidence::probability));
  EXPECT_THAT(evaluated_confidences(Confidence::probability),
              testing::ElementsAre(Confidence::probability, Confidence::log_odds));
  EXPECT_THAT(evaluated_confidences(Confidence::cosine), testing::ElementsAre(Confidence::cosine));
}

}  // namespace
}  // namespace csm
