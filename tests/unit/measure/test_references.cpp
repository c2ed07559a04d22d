#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/measure/references.h"
#include "support/message_of.h"

namespace csm {
namespace {

using ::testing::HasSubstr;

Gallery make_gallery(const std::vector<std::string>& labels,
                     const std::vector<std::vector<float>>& embeddings) {
  Gallery gallery;
  gallery.labels = labels;
  gallery.embeddings = Grid<float>(static_cast<int>(labels.size()), 2);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    gallery.names.push_back(std::to_string(i) + ".jpg");
    gallery.pixel_hashes.push_back("hash " + std::to_string(i));
    std::copy(embeddings[i].begin(), embeddings[i].end(),
              gallery.embeddings.row(static_cast<int>(i)).begin());
  }
  return gallery;
}

const std::vector<float> clean = {3, 0};

TEST(NearestInGallery, is_nearest_by_angle_among_its_label) {
  const Gallery gallery =
      make_gallery({"anna", "anna", "ben", "anna"}, {{0, 9}, {1, 1}, {1, 0}, {9, 10}});
  EXPECT_EQ(nearest_in_gallery(gallery, clean, "anna", "other"), 1U);
  EXPECT_EQ(nearest_in_gallery(gallery, clean, "ben", "other"), 2U);
}

TEST(NearestInGallery, is_never_the_image_itself) {
  const Gallery gallery = make_gallery({"anna", "anna"}, {{1, 0}, {-1, 0}});
  EXPECT_EQ(nearest_in_gallery(gallery, clean, "anna", "hash 0"), 1U)
      << "even where the other one is opposite";
  EXPECT_EQ(nearest_in_gallery(make_gallery({"anna"}, {{1, 0}}), clean, "anna", "hash 0"),
            std::nullopt);
}

TEST(NearestInGallery, is_the_first_of_ties_and_none_without_the_label) {
  const Gallery gallery = make_gallery({"anna", "anna"}, {{2, 2}, {1, 1}});
  EXPECT_EQ(nearest_in_gallery(gallery, clean, "anna", ""), 0U);
  EXPECT_EQ(nearest_in_gallery(gallery, clean, "carla", ""), std::nullopt);
  EXPECT_EQ(nearest_in_gallery({}, clean, "anna", ""), std::nullopt);
}

TEST(HashPixels, is_of_the_size_and_the_pixels) {
  RgbImage image(2, 3);
  const std::string black = hash_pixels(image);
  EXPECT_EQ(hash_pixels(RgbImage(2, 3)), black);
  EXPECT_NE(hash_pixels(RgbImage(3, 2)), black);
  image.values.back() = 1;
  EXPECT_NE(hash_pixels(image), black);
}

TEST(CheckTwoImages, refuses_one_image_in_two_files) {
  RgbImage other(2, 3);
  EXPECT_THROW(check_two_images(RgbImage(2, 3), other), ImageError);
  EXPECT_NO_THROW(check_two_images(RgbImage(3, 2), other));
  other.values.front() = 1;
  EXPECT_NO_THROW(check_two_images(RgbImage(2, 3), other));
}

TEST(FindThresholds, each_fold_learns_from_the_others) {
  // Fold 1 is parted between 0.2 and 0.4, fold 2 between 0.6 and 0.8.
  const std::vector<FoldPair> pairs = {
      {"1", 0.2, false}, {"1", 0.4, true}, {"2", 0.6, false}, {"2", 0.8, true}};
  const Thresholds thresholds = find_thresholds(pairs);
  ASSERT_EQ(thresholds.of_fold.size(), 2U);
  EXPECT_NEAR(thresholds.of_fold.at("1"), 0.7, 1e-12);
  EXPECT_NEAR(thresholds.of_fold.at("2"), 0.3, 1e-12);
  // Fold 1 takes both for different at 0.7, fold 2 both for the same at 0.3: one error each.
  EXPECT_DOUBLE_EQ(thresholds.accuracy, 0.5);
  EXPECT_EQ(thresholds.n_training_pairs, 2);
}

TEST(FindThresholds, the_fold_train_serves_all_others_and_is_not_tested) {
  const std::vector<FoldPair> pairs = {{"train", 0.1, false},
                                       {"train", 0.3, true},
                                       {"x", 0.25, true},
                                       {"y", 0.9, false},
                                       {"y", 0.05, false}};
  const Thresholds thresholds = find_thresholds(pairs);
  ASSERT_EQ(thresholds.of_fold.size(), 2U);
  EXPECT_NEAR(thresholds.of_fold.at("x"), 0.2, 1e-12);
  EXPECT_EQ(thresholds.of_fold.at("x"), thresholds.of_fold.at("y"));
  EXPECT_DOUBLE_EQ(thresholds.accuracy, 2.0 / 3);
  EXPECT_EQ(thresholds.n_training_pairs, 2);
}

TEST(FindThresholds, refuses_a_fold_that_would_learn_from_one_kind) {
  const std::vector<FoldPair> pairs = {{"a", 0.2, false}, {"a", 0.4, true}, {"b", 0.6, true}};
  const std::string message = test::message_of<InputError>([&] { find_thresholds(pairs); });
  EXPECT_THAT(message, HasSubstr("fold 'a' has no threshold"));
  EXPECT_THAT(message, HasSubstr("1 of one person and 0 of two"));
}

TEST(FindThresholds, refuses_a_fold_that_would_learn_from_nothing) {
  EXPECT_THROW(find_thresholds({{"a", 0.2, false}, {"a", 0.4, true}}), InputError);
}

}  // namespace
}  // namespace csm
