#include <gmock/gmock.h>

#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/random.h"
#include "verification_accuracy.h"

namespace csm {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::Pointwise;

using Numbers = std::vector<double>;

TEST(EqualErrorThreshold, lies_half_way_between_kinds_that_are_apart) {
  const EqualError found = find_equal_error(Numbers{0.9, 0.1, 0.7, 0.3}, Numbers{1, 0, 1, 0});
  EXPECT_DOUBLE_EQ(found.threshold, 0.5);
  EXPECT_EQ(found.rate, 0);
}

TEST(EqualErrorThreshold, rejects_as_large_a_share_of_one_kind_as_it_accepts_of_the_other) {
  // At 0.35 one of four is rejected wrongly, 0.3, and one of two is accepted wrongly, 0.5; at 0.45
  // two of four and one of two.
  const EqualError found =
      find_equal_error(Numbers{0.3, 0.4, 0.6, 0.8, 0.2, 0.5}, Numbers{1, 1, 1, 1, 0, 0});
  EXPECT_DOUBLE_EQ(found.threshold, 0.45);
  EXPECT_DOUBLE_EQ(found.rate, 0.5);
}

TEST(EqualErrorThreshold, does_not_part_equal_similarities) {
  const EqualError found = find_equal_error(Numbers{0.5, 0.5, 0.7, 0.2}, Numbers{1, 0, 1, 0});
  EXPECT_THAT((Numbers{found.threshold, found.rate}), ElementsAre(DoubleNear(0.35, 1e-12), 0.25));
}

TEST(EqualErrorThreshold, is_the_best_of_all_thresholds) {
  SplitMix64 random(5);
  for (int time = 0; time < 20; ++time) {
    Numbers similarities;
    Numbers is_same;
    for (int i = 0; i < 25; ++i) {
      is_same.push_back(i % 3 == 0 ? 1 : 0);
      similarities.push_back(random.uniform() + 0.4 * is_same.back());
    }
    const auto apart = [&](double threshold) {
      double rejected = 0;
      double accepted = 0;
      for (std::size_t i = 0; i < 25; ++i) {
        rejected += is_same[i] > 0 && similarities[i] <= threshold ? 1.0 / 9 : 0;
        accepted += is_same[i] == 0 && similarities[i] > threshold ? 1.0 / 16 : 0;
      }
      return std::abs(rejected - accepted);
    };
    const double found = apart(find_equal_error(similarities, is_same).threshold);
    for (int step = 1; step < 1000; ++step) EXPECT_GE(apart(step * 0.0014), found - 1e-12);
  }
}

TEST(EqualErrorThreshold, wants_pairs_of_both_kinds) {
  EXPECT_THROW(find_equal_error(Numbers{0.5, 0.4}, Numbers{1, 1}), ContractError);
}

/// A pair of two maps and three steps.
ImageFaithfulness pair_of(bool same_person, Numbers deletion, Numbers insertion) {
  ImageFaithfulness pair;
  pair.original = {0};
  pair.darkened = pair.kept = pair.clipped_share = pair.face_share = {0, 0};
  pair.deletion_area = pair.insertion_area = {0, 0};
  pair.deletion_similarity = std::move(deletion);
  pair.insertion_similarity = std::move(insertion);
  pair.same_person = {same_person ? 1.0 : 0.0};
  return pair;
}

class VerificationTest : public testing::Test {
 protected:
  std::vector<const ImageFaithfulness*> all() const {
    std::vector<const ImageFaithfulness*> pointers;
    for (const ImageFaithfulness& pair : pairs_) pointers.push_back(&pair);
    return pointers;
  }

  // The clean threshold is 0.5.
  std::vector<ImageFaithfulness> pairs_ = {
      pair_of(true, {0.8, 0.4, 0.1, 0.8, 0.7, 0.1}, {0.2, 0.6, 0.8, 0.2, 0.3, 0.8}),
      pair_of(true, {0.7, 0.6, 0.1, 0.7, 0.6, 0.1}, {0.1, 0.6, 0.7, 0.1, 0.6, 0.7}),
      pair_of(false, {0.3, 0.6, 0.2, 0.3, 0.2, 0.2}, {0.1, 0.1, 0.3, 0.1, 0.9, 0.3}),
      pair_of(false, {0.2, 0.3, 0.2, 0.2, 0.2, 0.2}, {0.1, 0.2, 0.2, 0.1, 0.2, 0.2})};
};

TEST_F(VerificationTest, counts_right_answers_at_the_threshold_of_the_clean_pairs) {
  const VerificationCurves curves = summarise_verification(all());
  EXPECT_DOUBLE_EQ(curves.threshold, 0.5);
  EXPECT_EQ(curves.equal_error_rate, 0);
  EXPECT_EQ(curves.clean_accuracy, 1);
  EXPECT_EQ(curves.n_same, 2);
  EXPECT_EQ(curves.n_different, 2);
  EXPECT_THAT(curves.altered_share, ElementsAre(0, 0.5, 1));
  EXPECT_THAT(curves.deletion_accuracy, ElementsAre(1, 0.5, 0.5, 1, 1, 0.5));
  EXPECT_THAT(curves.insertion_accuracy, ElementsAre(0.5, 1, 1, 0.5, 0.5, 1));
}

TEST_F(VerificationTest, is_a_measure_of_faithfulness_with_intervals) {
  const Faithfulness all_measures =
      summarise_faithfulness(all(), {"cis", "xssab"}, {"verification"}, 7, 100);
  const auto find = [&](const std::string& name) -> const FaithfulnessMeasure& {
    for (const FaithfulnessMeasure& measure : all_measures.measures) {
      if (measure.name == name) return measure;
    }
    throw std::runtime_error("no measure " + name);
  };
  const FaithfulnessMeasure& deletion = find("deletion_accuracy");
  EXPECT_EQ(deletion.confidence, "verification");
  EXPECT_EQ(deletion.n_images, 4);
  EXPECT_DOUBLE_EQ(deletion.of_map[0].mean, 100 * (0.5 + 0.5 + 0.25) / 2);
  EXPECT_DOUBLE_EQ(deletion.of_map[1].mean, 100 * (0.5 + 1 + 0.25) / 2);
  EXPECT_LT(deletion.of_map[0].low, deletion.of_map[0].mean);
  EXPECT_GT(deletion.of_map[0].high, deletion.of_map[0].mean);
  EXPECT_DOUBLE_EQ(find("insertion_accuracy").of_map[0].mean, 100 * (0.25 + 1 + 0.5) / 2);
  EXPECT_FALSE(all_measures.verification.empty());
}

/// A pair at the threshold would lose any percentage.
TEST_F(VerificationTest, counts_the_confidence_that_is_lost_and_no_percentage_of_it) {
  pairs_[0].original = {-0.25};
  pairs_[0].darkened = {-0.75, 0};
  pairs_.resize(1);
  const Faithfulness found =
      summarise_faithfulness(all(), {"cis", "xssab"}, {"verification"}, 7, 100);
  EXPECT_EQ(found.measures.front().name, "average_drop");
  EXPECT_EQ(found.measures.front().unit, "1");
  EXPECT_EQ(found.measures.front().of_map[0].mean, 0.5);
  EXPECT_EQ(found.measures.front().of_map[1].mean, 0);
}

TEST_F(VerificationTest, of_one_kind_of_pairs_is_not_known) {
  pairs_.resize(2);
  EXPECT_TRUE(summarise_verification(all()).empty());
  for (const FaithfulnessMeasure& measure :
       summarise_faithfulness(all(), {"a", "b"}, {"verification"}, 7, 100).measures)
    EXPECT_THAT(measure.name, testing::Not(testing::HasSubstr("accuracy")));
}

TEST_F(VerificationTest, of_images_that_are_no_pairs_is_empty) {
  pairs_ = {ImageFaithfulness{}};
  EXPECT_TRUE(summarise_verification(all()).empty());
}

}  // namespace
}  // namespace csm
