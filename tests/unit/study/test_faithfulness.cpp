#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "csm/study/faithfulness.h"

namespace csm {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

/// An image with two maps and two kinds of confidence.
ImageFaithfulness image(std::vector<double> original, std::vector<double> darkened,
                        std::vector<double> kept) {
  return {.original = std::move(original),
          .darkened = std::move(darkened),
          .kept = std::move(kept),
          .clipped_share = {0, 0.5},
          .deletion_area = {0.25, 0.5},
          .insertion_area = {0.75, 0.5},
          .face_share = {1, 0.5}};
}

class FaithfulnessTest : public testing::Test {
 protected:
  Faithfulness summary() const {
    std::vector<const ImageFaithfulness*> images;
    for (const ImageFaithfulness& each : images_) images.push_back(&each);
    return summarise_faithfulness(images, {"cis", "grad_cam"}, {"probability", "logit"}, 7, 100);
  }

  static const FaithfulnessMeasure* find(const Faithfulness& all, const std::string& name,
                                         const std::string& confidence) {
    for (const FaithfulnessMeasure& measure : all.measures) {
      if (measure.name == name && measure.confidence == confidence) return &measure;
    }
    return nullptr;
  }

  std::vector<double> means(const std::string& name,
                            const std::string& confidence = "probability") const {
    const Faithfulness all = summary();
    const FaithfulnessMeasure* measure = find(all, name, confidence);
    std::vector<double> values;
    if (measure == nullptr) return values;
    for (const MeanInterval& interval : measure->of_map) values.push_back(interval.mean);
    return values;
  }

  // darkened and kept by map, then by kind: {cis probability, cis logit, grad_cam probability,
  // grad_cam logit}.
  std::vector<ImageFaithfulness> images_ = {
      image({0.8, 2}, {0.4, 1, 0.6, 1.5}, {0.2, -1, 0.8, 3}),
      image({0.5, -1}, {0.6, 3, 0.6, -2}, {0.5, 0, 0.25, -3}),
      image({1, 4}, {0.7, 2, 0.3, 4}, {0.9, 4, 0.5, 5}),
      image({0.4, 1}, {0.1, 1, 0.2, 2}, {0.4, 1, 0.3, 1}),
  };
};

TEST_F(FaithfulnessTest, average_drop_is_eq_11) {
  // cis: 50, 0 (a gain is not a drop), 30, 75; grad_cam: 25, 0, 70, 50.
  EXPECT_THAT(means("average_drop"), Pointwise(DoubleNear(1e-9), {155.0 / 4, 145.0 / 4}));
}

TEST_F(FaithfulnessTest, log_odds_lose_log_odds_and_no_percentage_of_them) {
  const ImageFaithfulness image = {.original = {-1.0},
                                   .darkened = {-3.0, 0.5},
                                   .kept = {-1.5, -1.0},
                                   .clipped_share = {0, 0},
                                   .deletion_area = {0, 0},
                                   .insertion_area = {0, 0},
                                   .face_share = {1, 1}};
  const std::vector<const ImageFaithfulness*> images = {&image};
  const Faithfulness all =
      summarise_faithfulness(images, {"cis", "grad_cam"}, {"log_odds"}, 7, 100);
  const FaithfulnessMeasure& drop = *find(all, "average_drop", "log_odds");
  EXPECT_EQ(drop.unit, "log odds");
  EXPECT_EQ(drop.n_images, 1);
  EXPECT_EQ(drop.of_map[0].mean, 2);
  EXPECT_EQ(drop.of_map[1].mean, 0);
  EXPECT_EQ(find(all, "kept_average_drop", "log_odds")->of_map[0].mean, 0.5);
  EXPECT_EQ(find(all, "increase", "log_odds")->unit, "%");
}

TEST_F(FaithfulnessTest, an_image_without_confidence_has_no_average_drop_but_counts_elsewhere) {
  // The logit of the second image is negative. cis: 50, -, 50, 0; grad_cam: 25, -, 0, 0.
  EXPECT_THAT(means("average_drop", "logit"), Pointwise(DoubleNear(1e-9), {100.0 / 3, 25.0 / 3}));
  const Faithfulness all = summary();
  EXPECT_EQ(find(all, "average_drop", "logit")->n_images, 3);
  EXPECT_EQ(find(all, "increase", "logit")->n_images, 4);
}

TEST_F(FaithfulnessTest, increase_is_eq_12) {
  EXPECT_THAT(means("increase"), ElementsAre(25, 25));
  EXPECT_THAT(means("increase", "logit"),
              ElementsAre(25, 25));  // cis on the second image, grad_cam on the fourth
}

TEST_F(FaithfulnessTest, wins_are_eq_13_and_ties_are_shared) {
  // Probability: cis, tie, grad_cam, cis. Logit: cis, grad_cam, cis, cis.
  EXPECT_THAT(means("win"), ElementsAre(62.5, 37.5));
  EXPECT_THAT(means("win", "logit"), ElementsAre(75, 25));
  EXPECT_THAT(win_percent(std::vector<double>{3, 1, 1, 2, 1}),
              Pointwise(DoubleNear(1e-9), {0.0, 100.0 / 3, 100.0 / 3, 0.0, 100.0 / 3}));
}

TEST_F(FaithfulnessTest, the_other_convention_keeps_what_is_salient) {
  // Probability. cis: 75, 0, 10, 0; grad_cam: 0, 50, 50, 25. No gain but for the logits.
  EXPECT_THAT(means("kept_average_drop"), Pointwise(DoubleNear(1e-9), {85.0 / 4, 125.0 / 4}));
  EXPECT_THAT(means("kept_increase"), ElementsAre(0, 0));
  EXPECT_THAT(means("kept_increase", "logit"), ElementsAre(25, 50));
}

TEST_F(FaithfulnessTest, areas_and_shares_are_means) {
  EXPECT_THAT(means("deletion_area"), ElementsAre(0.25, 0.5));
  EXPECT_THAT(means("insertion_area"), ElementsAre(0.75, 0.5));
  EXPECT_THAT(means("face_share", ""), ElementsAre(100, 50));
  EXPECT_THAT(means("clipped_share", ""), ElementsAre(0, 50));
}

TEST_F(FaithfulnessTest, without_curves_there_are_no_areas) {
  for (ImageFaithfulness& each : images_) {
    each.deletion_area.assign(2, std::numeric_limits<double>::quiet_NaN());
    each.insertion_area.assign(2, std::numeric_limits<double>::quiet_NaN());
  }
  EXPECT_EQ(find(summary(), "deletion_area", "probability"), nullptr);
}

TEST_F(FaithfulnessTest, swapping_the_scores_of_two_maps_or_images_shows) {
  const std::vector<double> drop = means("average_drop");
  const std::vector<double> win = means("win");
  std::swap(images_[0].darkened[0], images_[0].darkened[2]);
  EXPECT_NE(means("average_drop"), drop);
  EXPECT_NE(means("win"), win);
  std::swap(images_[0].darkened[0], images_[0].darkened[2]);
  std::swap(images_[0].darkened,
            images_[3].darkened);  // another image's scores, the fault of the published loop
  EXPECT_NE(means("average_drop"), drop);
}

TEST_F(FaithfulnessTest, differences_are_antisymmetric) {
  const Faithfulness all = summary();
  const FaithfulnessMeasure& drop = *find(all, "average_drop", "probability");
  EXPECT_NEAR(drop.differences[1].mean, 10.0 / 4, 1e-9);  // cis less grad_cam
  EXPECT_NEAR(drop.differences[2].mean, -10.0 / 4, 1e-9);
  EXPECT_EQ(drop.differences[0].mean, 0);
  EXPECT_LE(drop.differences[1].low, drop.differences[1].mean);
  EXPECT_LE(drop.differences[1].mean, drop.differences[1].high);
}

TEST_F(FaithfulnessTest, no_image_no_evaluation) {
  images_.clear();
  EXPECT_TRUE(summary().empty());
}

}  // namespace
}  // namespace csm
