#include <gmock/gmock.h>

#include <cmath>

#include "csm/core/error.h"
#include "csm/store/classification.h"

namespace csm {
namespace {

using testing::ElementsAre;

ImageRow row(const std::string& label, const std::string& predicted, std::int64_t n_saturated = 0) {
  ImageRow result;
  result.status = "ok";
  result.label = label;
  result.predicted = predicted;
  result.n_patches = 9;
  result.n_saturated = n_saturated;
  return result;
}

TEST(WilsonInterval, is_that_of_the_published_tables) {
  // Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29; method 3.
  EXPECT_NEAR(wilson_interval(81, 263).low, 0.2553, 5e-5);
  EXPECT_NEAR(wilson_interval(81, 263).high, 0.3662, 5e-5);
  EXPECT_NEAR(wilson_interval(15, 148).low, 0.0624, 5e-5);
  EXPECT_NEAR(wilson_interval(15, 148).high, 0.1605, 5e-5);
  EXPECT_EQ(wilson_interval(0, 7).low, 0);
  EXPECT_EQ(wilson_interval(7, 7).high, 1);
  EXPECT_EQ(wilson_interval(0, 20).low, 0);
  EXPECT_NEAR(wilson_interval(0, 20).high, 0.1611, 5e-5);
  EXPECT_NEAR(wilson_interval(1, 29).low, 0.0061, 5e-5);
  EXPECT_NEAR(wilson_interval(1, 29).high, 0.1718, 5e-5);
}

TEST(WilsonInterval, of_nothing_is_everything) {
  EXPECT_TRUE(std::isnan(wilson_interval(0, 0).share));
  EXPECT_EQ(wilson_interval(0, 0).low, 0);
  EXPECT_EQ(wilson_interval(0, 0).high, 1);
  EXPECT_THROW(wilson_interval(3, 2), ContractError);
}

TEST(ClassificationTest, counts_labels_by_predictions) {
  ImageRow failed = row("b", "a");
  failed.status = "no face found";
  const std::vector<std::string> classes = {"a", "b", "c"};
  const Classification counts = summarise_classification(
      classes,
      {row("a", "a"), row("a", "b", 6), row("b", "b"), row("", "c", 5), row("b", "b"), failed});
  EXPECT_EQ(counts.n_images, 5);
  EXPECT_THAT(counts.n_predicted, ElementsAre(1, 3, 1));
  EXPECT_THAT(counts.n_labelled, ElementsAre(2, 2, 0));
  EXPECT_EQ(counts.confusion.values(), (std::vector<std::int64_t>{1, 1, 0, 0, 2, 0, 0, 0, 0}));
  EXPECT_EQ(counts.n_all_labelled, 4);
  EXPECT_EQ(counts.n_right, 3);
  EXPECT_EQ(counts.accuracy.share, 0.75);
  EXPECT_EQ(counts.accuracy_of_class[0].share, 0.5);
  EXPECT_TRUE(std::isnan(counts.accuracy_of_class[2].share));
  EXPECT_EQ(counts.n_saturated, 1) << "6 of 10 confidences are more than half, 5 are not";
}

TEST(ClassificationTest, of_embeddings_is_empty) {
  EXPECT_TRUE(summarise_classification({}, {row("tom", "")}).empty());
}

}  // namespace
}  // namespace csm
