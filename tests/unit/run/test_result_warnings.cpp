#include <gmock/gmock.h>

#include <cmath>

#include "describe_result.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CanonicalMap map_of(float value, std::int64_t n_images) {
  return {.mean = Grid<float>(2, 3, value),
          .standard_error = Grid<float>(2, 3, 0.1F),
          .count = Grid<std::int64_t>(2, 3, n_images),
          .n_images = n_images};
}

/// 40 images of two classes, all right, in a map that two halves agree on.
Result sound_result() {
  Result result;
  result.confidence_kind = "log_odds";
  result.confidence_name = "log odds";
  result.n_images = 40;
  result.images.resize(40);
  result.cms = map_of(0.5F, 40);
  result.groups = {{"male", map_of(0.25F, 20)}, {"female", map_of(0.75F, 20)}};
  result.convergence.pearson_of_halves = {std::nan(""), 0.1, 0.8};
  Classification& counts = result.classification;
  counts.classes = {"male", "female"};
  counts.n_predicted = {20, 20};
  counts.n_labelled = {20, 20};
  counts.accuracy = {.share = 1, .low = 0.91, .high = 1};
  counts.n_all_labelled = 40;
  counts.n_right = 40;
  counts.n_images = 40;
  return result;
}

TEST(ResultWarnings, a_sound_result_has_none) {
  EXPECT_THAT(result_warnings(sound_result()), IsEmpty());
  Result embedding = sound_result();
  embedding.classification = {};
  EXPECT_THAT(result_warnings(embedding), IsEmpty());
}

TEST(ResultWarnings, of_faces_that_the_model_lost) {
  Result result = sound_result();
  for (ImageRow& row : result.images) {
    row.status = "ok";
    row.n_patches = 100;
    row.n_lost = 4;
  }
  result.face_lost = map_of(0.3F, 40);
  EXPECT_THAT(result_warnings(result), IsEmpty());
  result.face_lost->mean(1, 2) = 0.75F;
  EXPECT_THAT(result_warnings(result),
              ElementsAre(AllOf(HasSubstr("no face in 4 % of the occluded copies"),
                                HasSubstr("at one place in 75 %"))));
  result.face_lost = map_of(0.3F, 40);
  for (ImageRow& row : result.images) row.n_lost = 11;
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("no face in 11 %")));
}

TEST(ResultWarnings, of_a_map_below_the_noise_of_the_model) {
  Result result = sound_result();
  for (ImageRow& row : result.images) {
    row.status = "ok";
    row.noise = 0.5;  // over 40 images 0.5 * sqrt(2 / 40) = 0.11 in the map
  }
  EXPECT_THAT(result_warnings(result), IsEmpty());
  for (ImageRow& row : result.images) row.noise = 2;
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("below the model's noise")));
}

TEST(ResultWarnings, of_a_map_that_is_zero) {
  Result result = sound_result();
  result.cms = map_of(0, 40);
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("zero everywhere")));
}

TEST(ResultWarnings, of_a_group_whose_map_is_zero_or_rounding_errors) {
  Result result = sound_result();
  result.groups[1].map = map_of(0, 20);
  EXPECT_THAT(result_warnings(result), ElementsAre(AllOf(HasSubstr("for 'female' (20 images):"),
                                                         HasSubstr("zero everywhere"))));
  result.groups[1].map = map_of(1e-7F, 20);
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("'female'")));
  result.groups[1].map = map_of(0.01F, 20);
  EXPECT_THAT(result_warnings(result), IsEmpty());
}

TEST(ResultWarnings, of_halves_that_do_not_agree) {
  Result result = sound_result();
  result.convergence.pearson_of_halves.back() = 0.222;
  EXPECT_THAT(result_warnings(result),
              ElementsAre(AllOf(HasSubstr("mostly noise"), HasSubstr("r = 0.22 "))));
  EXPECT_THAT(result_warnings(result)[0], testing::EndsWith("Use more images."));
  result.options = {{"confidence", "probability"}, {"mirror", "off"}};
  EXPECT_THAT(result_warnings(result)[0],
              AllOf(HasSubstr("--confidence log_odds"), HasSubstr("--mirror map")));
  result.convergence.pearson_of_halves.back() = -0.05;
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("r = -0.05 ")));
  result.convergence.pearson_of_halves.back() = 0.31;
  EXPECT_THAT(result_warnings(result), IsEmpty());
}

TEST(ResultWarnings, of_two_classes_in_the_wrong_order) {
  Result result = sound_result();
  result.classification.n_right = 1;
  result.classification.accuracy = {.share = 0.025, .low = 0.004, .high = 0.13};
  EXPECT_THAT(result_warnings(result),
              ElementsAre(AllOf(HasSubstr("right for 1 of 40"), HasSubstr("in the right order?"))));
}

TEST(ResultWarnings, of_images_of_one_class_is_none_unless_guessing_were_better) {
  Result result = sound_result();
  result.groups.erase(result.groups.begin());
  result.classification.n_predicted = {5, 35};
  result.classification.n_labelled = {0, 40};
  result.classification.n_right = 35;
  result.classification.accuracy = {.share = 0.875, .low = 0.74, .high = 0.945};
  EXPECT_THAT(result_warnings(result), IsEmpty());
  result.classification.n_predicted = {35, 5};
  result.classification.n_right = 5;
  result.classification.accuracy = {.share = 0.125, .low = 0.055, .high = 0.26};
  EXPECT_THAT(result_warnings(result),
              ElementsAre(AllOf(HasSubstr("right for 5 of 40 images with a label, all of 'female'"),
                                HasSubstr("in the right order?"))));
}

TEST(ResultWarnings, of_a_network_that_is_worse_than_one_answer) {
  Result result = sound_result();
  result.classification.n_labelled = {36, 4};
  result.classification.n_right = 28;
  result.classification.accuracy = {.share = 0.7, .low = 0.55, .high = 0.82};
  EXPECT_THAT(result_warnings(result),
              ElementsAre(AllOf(HasSubstr("always saying 'male' would be right for 36"),
                                HasSubstr("normalisation"))));
  result.classification.accuracy.high = 0.91;  // chance may have done it
  EXPECT_THAT(result_warnings(result), IsEmpty());
}

TEST(ResultWarnings, of_all_images_in_one_class) {
  Result result = sound_result();
  result.classification.n_predicted = {40, 0};
  EXPECT_THAT(result_warnings(result), ElementsAre(AllOf(HasSubstr("all 40 images for 'male'"),
                                                         HasSubstr("20 have another label"))));
  result.classification.n_labelled = {40, 0};
  EXPECT_THAT(result_warnings(result), IsEmpty()) << "a folder of men";
  result.classification.n_all_labelled = 0;
  result.classification.n_labelled = {0, 0};
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("all 40 images for 'male'. Check")));
}

TEST(ResultWarnings, of_saturated_confidences) {
  Result result = sound_result();
  result.classification.n_saturated = 19;
  EXPECT_THAT(result_warnings(result), IsEmpty());
  result.classification.n_saturated = 20;
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("with its logits")));
  result.confidence_kind = "probability";
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("Use --confidence log_odds")));
}

TEST(ResultWarnings, of_missing_images_and_places) {
  Result result = sound_result();
  result.images.resize(100);
  result.n_failed = 60;
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("60 of 100")));
  result = sound_result();
  result.cms.count = Grid<std::int64_t>(2, 3, 19);
  EXPECT_THAT(result_warnings(result), ElementsAre(HasSubstr("values are missing")));
}

}  // namespace
}  // namespace csm
