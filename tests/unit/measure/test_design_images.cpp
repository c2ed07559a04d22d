#include <gmock/gmock.h>

#include <cmath>

#include "csm/measure/design_images.h"
#include "csm/store/classification.h"

namespace csm {
namespace {

using testing::ElementsAre;

ImageRow row_with(const std::string& label, const std::string& predicted, double confidence) {
  ImageRow row;
  row.label = label;
  row.predicted = predicted;
  row.confidence = confidence;
  return row;
}

const std::vector<std::string> both_sexes{"female", "male"};

TEST(DesignImages, GroupsAreThoseWithImages) {
  const ImageRow row;
  const std::vector<TestedImage> images{{.row = &row, .group = "b", .person = "p", .stratum = "s"},
                                        {.row = &row, .group = "", .person = "", .stratum = ""}};
  const std::vector<std::string> known{"a", "b", "c"};
  EXPECT_THAT(groups_with_images(images, known), ElementsAre("b"));
  EXPECT_EQ(to_design(images)[0].person, "p");
  EXPECT_EQ(to_design(images)[0].stratum, "s");
}

TEST(Performance, CountsPersonsOnceInTheConfidence) {
  const std::vector<ImageRow> rows{row_with("male", "male", 1), row_with("male", "female", 3),
                                   row_with("", "male", 5)};
  std::vector<TestedImage> images;
  for (std::size_t i = 0; i < rows.size(); ++i)
    images.push_back({.row = &rows[i], .group = "old", .person = i < 2 ? "x" : "y", .stratum = ""});
  const std::vector<std::string> groups{"old"};
  const auto performance = measure_performance(images, groups, both_sexes);
  ASSERT_EQ(performance.size(), 1U);
  EXPECT_EQ(performance[0].n_images, 3);
  EXPECT_EQ(performance[0].n_persons, 2);
  EXPECT_DOUBLE_EQ(performance[0].mean_confidence, 3.5);   // of 2 and 5
  EXPECT_DOUBLE_EQ(performance[0].confidence_error, 1.5);  // sqrt(4.5 / 2)
  EXPECT_EQ(performance[0].accuracy.n, 2);
  EXPECT_DOUBLE_EQ(performance[0].accuracy.share, 0.5);
}

/// The accuracy of persons with `n` images each, of which n_right are decided rightly.
GroupShare accuracy_of(const std::vector<std::pair<int, int>>& persons) {
  const ImageRow right = row_with("male", "male", 1), wrong = row_with("male", "female", 1);
  std::vector<TestedImage> images;
  for (std::size_t p = 0; p < persons.size(); ++p) {
    for (int i = 0; i < persons[p].first; ++i) {
      images.push_back({.row = i < persons[p].second ? &right : &wrong,
                        .group = "g",
                        .person = "p" + std::to_string(p),
                        .stratum = ""});
    }
  }
  const std::vector<std::string> groups{"g"};
  return measure_performance(images, groups, both_sexes)[0].accuracy;
}

TEST(Performance, OfPersonsWhoAreAllRightOrAllWrongIsAsSureAsTheirNumber) {
  const GroupShare a = accuracy_of({{40, 0}, {40, 0}, {40, 40}, {40, 40}, {40, 40}});
  EXPECT_EQ(a.n, 200);
  EXPECT_EQ(a.n_persons, 5);
  EXPECT_DOUBLE_EQ(a.share, 0.6);
  EXPECT_NEAR(a.low, 0.2307, 1e-4);  // Wilson of 3 of 5
  EXPECT_NEAR(a.high, 0.8824, 1e-4);
  const GroupShare b = accuracy_of({{40, 0}, {40, 40}, {40, 40}, {40, 40}, {40, 40}});
  EXPECT_LT(b.low, a.high);
  EXPECT_NEAR(accuracy_of({{9, 9}, {9, 9}, {9, 9}, {9, 9}, {9, 9}}).low, 0.5655, 1e-4);  // 5 of 5
  EXPECT_NEAR(accuracy_of({{50, 25}}).low, 0.0546, 1e-4);  // half of one
}

TEST(Performance, OfPersonsWhoAreAllAlikeIsAsSureAsTheirImages) {
  const GroupShare alike = accuracy_of({{10, 6}, {10, 6}, {10, 6}, {10, 6}, {10, 6}});
  EXPECT_NEAR(alike.low, 0.4618, 1e-4);  // Wilson of 30 of 50
  EXPECT_NEAR(alike.high, 0.7239, 1e-4);
  std::vector<std::pair<int, int>> persons(20, {1, 1});
  for (std::size_t i = 0; i < 6; ++i) persons[i].second = 0;
  EXPECT_NEAR(accuracy_of(persons).low, 0.4810, 1e-4);  // of 14 of 20, one image a person
}

TEST(Performance, OfOnePersonWithMostImagesIsHardlyKnown) {
  // 104^2 / (100^2 + 4) = 1.08 cases: a share of 1 is at least 0.22
  const GroupShare most = accuracy_of({{100, 100}, {1, 1}, {1, 1}, {1, 1}, {1, 1}});
  EXPECT_NEAR(most.low, 0.2196, 1e-4);
}

TEST(Accuracy, OfARunCountsPersons) {
  // Four women with ten images each, one always taken for a man; ten men with an image each.
  std::vector<ImageRow> rows;
  for (int i = 0; i < 50; ++i) {
    const bool is_woman = i < 40;
    rows.push_back(
        row_with(is_woman ? "female" : "male", is_woman && i >= 10 ? "female" : "male", 1));
    rows.back().status = "ok";
    rows.back().id = std::to_string(i < 40 ? i / 10 : i);
  }
  Classification counts = summarise_classification(both_sexes, rows);
  const ShareInterval of_images = counts.accuracy_of_class[0];
  EXPECT_EQ(counts.n_persons, 50);
  take_accuracy_over_persons(
      rows, [](const ImageRow& row) { return row.id; }, counts);
  EXPECT_EQ(counts.n_persons, 14);
  EXPECT_DOUBLE_EQ(counts.accuracy.share, 0.8);
  EXPECT_DOUBLE_EQ(counts.accuracy_of_class[0].share, 0.75);
  const ShareInterval four = wilson_interval(3, 4);
  EXPECT_DOUBLE_EQ(counts.accuracy_of_class[0].low, four.low);  // as of four images
  EXPECT_LT(counts.accuracy_of_class[0].low, of_images.low);
  EXPECT_DOUBLE_EQ(counts.accuracy_of_class[1].low, wilson_interval(10, 10).low);

  // Of nobody in particular each image is a person.
  take_accuracy_over_persons(
      rows, [](const ImageRow&) { return ""; }, counts);
  EXPECT_DOUBLE_EQ(counts.accuracy_of_class[0].low, of_images.low);
}

TEST(LeftOut, IsCountedByGroupWithItsReasons) {
  const ImageRow row = row_with("", "", 1);
  ImageRow failed = row;
  failed.status = "no face found";
  ImageRow damaged = row;
  damaged.status = "cannot be decoded";
  const auto image = [](const ImageRow& of, const char* group) {
    return TestedImage{.row = &of, .group = group, .person = "", .stratum = ""};
  };
  const std::vector<TestedImage> images{image(row, "a"), image(row, "a"), image(row, "b")};
  const std::vector<TestedImage> left_out{image(damaged, "a"), image(failed, "a"),
                                          image(failed, "c"), image(failed, "")};
  ColumnFindings column;
  const std::vector<std::string> groups{"a", "b"};
  column.groups = measure_performance(images, groups, both_sexes);
  count_left_out(images, left_out, column);
  ASSERT_EQ(column.groups.size(), 3U);
  EXPECT_EQ(column.groups[0].n_left_out, 2);
  EXPECT_EQ(column.groups[0].left_out.n, 4);
  EXPECT_DOUBLE_EQ(column.groups[0].left_out.share, 0.5);
  EXPECT_EQ(column.groups[1].n_left_out, 0);
  EXPECT_EQ(column.groups[2].name, "c");
  EXPECT_EQ(column.groups[2].n_images, 0);
  EXPECT_THAT(column.why_left_out, ElementsAre("no face found", "cannot be decoded"));
  EXPECT_THAT(column.remarks,
              ElementsAre("No images of 'c' have a map: the only one was left out (no "
                          "face found, cannot be decoded)."));
}

TEST(Performance, OfPairsTellsTheTwoKindsOfErrors) {
  const std::vector<ImageRow> rows{
      row_with("same", "same", 1),      row_with("same", "different", 1),
      row_with("same", "same", 1),      row_with("different", "different", 1),
      row_with("different", "same", 1), row_with("same", "same", 1)};
  std::vector<TestedImage> images;
  for (const ImageRow& row : rows)
    images.push_back({.row = &row, .group = "g", .person = "", .stratum = ""});
  const std::vector<std::string> groups{"g"};
  const std::vector<std::string> classes{"same", "different"};
  const auto performance = measure_performance(images, groups, classes);
  EXPECT_EQ(performance[0].false_match.n, 2);
  EXPECT_DOUBLE_EQ(performance[0].false_match.share, 0.5);
  EXPECT_EQ(performance[0].false_non_match.n, 4);
  EXPECT_DOUBLE_EQ(performance[0].false_non_match.share, 0.25);
  EXPECT_TRUE(std::isnan(measure_performance(images, groups, both_sexes)[0].false_match.share));
}

TEST(ConfidenceEffects, compare_each_person_with_itself) {
  const ImageRow a1 = row_with("", "female", 0.9), a2 = row_with("", "female", 0.7);
  const ImageRow b1 = row_with("", "male", 0.6), b2 = row_with("", "female", 0.6);
  const ImageRow c1 = row_with("", "female", 0.1);
  // The confidence in two classes has no difference.
  ImageRow d1 = row_with("", "female", 0.9), d2 = row_with("", "male", 0.2);
  d1.target = "female";
  d2.target = "male";
  const auto image = [](const ImageRow& row, const char* group, const char* person) {
    return TestedImage{.row = &row, .group = group, .person = person, .stratum = ""};
  };
  const std::vector<TestedImage> images{image(a1, "bare", "a"),   image(a2, "made up", "a"),
                                        image(b1, "bare", "b"),   image(b2, "made up", "b"),
                                        image(c1, "bare", "c"),   image(d1, "bare", "d"),
                                        image(d2, "made up", "d")};
  ColumnFindings column;
  column.pairs.resize(2);
  column.pairs[0].first = column.pairs[1].first = "bare";
  column.pairs[0].second = column.pairs[1].second = "made up";
  column.pairs[0].exchange = Exchange::signs;
  measure_confidence_effects(images, column);
  const ConfidenceEffect& effect = column.pairs[0].effect;
  EXPECT_EQ(effect.n_persons, 3);
  EXPECT_EQ(effect.n_of_one_target, 2);
  EXPECT_NEAR(effect.difference, 0.1, 1e-12);
  EXPECT_NEAR(effect.high - effect.difference, 12.7062 * 0.1, 1e-4);  // t of 1 degree, sd 0.1414
  EXPECT_EQ(effect.n_decided_otherwise, 2);
  EXPECT_TRUE(std::isnan(column.pairs[1].effect.difference));  // of two groups of persons
}

TEST(Performance, IsUnknownWithoutLabels) {
  const ImageRow row = row_with("", "male", 1);
  const std::vector<TestedImage> images{{.row = &row, .group = "g", .person = "", .stratum = ""}};
  const std::vector<std::string> groups{"g"};
  const auto performance = measure_performance(images, groups, both_sexes);
  EXPECT_EQ(performance[0].accuracy.n, 0);
  EXPECT_TRUE(std::isnan(performance[0].accuracy.share));
  EXPECT_TRUE(std::isnan(performance[0].confidence_error));
}

}  // namespace
}  // namespace csm
