#include <gmock/gmock.h>

#include <cmath>

#include "csm/measure/design_images.h"

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
  const auto image = [](const ImageRow& row, const char* group, const char* person) {
    return TestedImage{.row = &row, .group = group, .person = person, .stratum = ""};
  };
  const std::vector<TestedImage> images{image(a1, "bare", "a"), image(a2, "made up", "a"),
                                        image(b1, "bare", "b"), image(b2, "made up", "b"),
                                        image(c1, "bare", "c")};
  ColumnFindings column;
  column.pairs.resize(2);
  column.pairs[0].first = column.pairs[1].first = "bare";
  column.pairs[0].second = column.pairs[1].second = "made up";
  column.pairs[0].exchange = Exchange::signs;
  measure_confidence_effects(images, column);
  const ConfidenceEffect& effect = column.pairs[0].effect;
  EXPECT_EQ(effect.n_persons, 2);
  EXPECT_NEAR(effect.difference, 0.1, 1e-12);
  EXPECT_NEAR(effect.high - effect.difference, 12.7062 * 0.1, 1e-4);  // t of 1 degree, sd 0.1414
  EXPECT_EQ(effect.n_decided_otherwise, 1);
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
