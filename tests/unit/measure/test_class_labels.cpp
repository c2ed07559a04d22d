#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "csm/dataset/dataset_options.h"
#include "csm/measure/class_labels.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

using Texts = std::vector<std::string>;

const Texts sexes = {"male", "female"};
const Texts ages = {"0-9", "10-19", "20-29", "60-69", "70-79"};
const Texts expressions = {"neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised"};

/// The class of a label among others that tell nothing of it.
std::optional<int> class_of(const Texts& classes, const std::string& label,
                            const Texts& others = {}) {
  Texts labels = others;
  labels.push_back(label);
  return ClassLabels(classes, LabelNumbers::automatic, labels).class_of(label);
}

TEST(ClassLabels, are_the_same_text_however_it_is_written) {
  EXPECT_EQ(class_of(sexes, "female"), 1);
  EXPECT_EQ(class_of(sexes, " Male "), 0);
  EXPECT_EQ(class_of(Texts{"left-up", "centre-centre"}, "Center_Center"), 1);
  EXPECT_EQ(class_of(Texts{"no beard", "beard"}, "No-Beard"), 0);
  EXPECT_EQ(class_of(Texts{"0", "1"}, "1.0"), 1) << "as a table with an empty cell writes it";
}

TEST(ClassLabels, are_certain_synonyms) {
  for (const char* label : {"M", "man", "Men", "boy"})
    EXPECT_EQ(class_of(sexes, label), 0) << label;
  for (const char* label : {"f", "Woman", "FEMALES", "girl"})
    EXPECT_EQ(class_of(sexes, label), 1) << label;
  EXPECT_EQ(class_of(Texts{"Woman", "Man"}, "m"), 1)
      << "the class by its meaning, not by its place";
  EXPECT_EQ(class_of(expressions, "happiness"), 1);
  EXPECT_EQ(class_of(expressions, "Anger"), 3);
  EXPECT_EQ(class_of(expressions, "fear"), 4);
  EXPECT_EQ(class_of(Texts{"anger", "surprise"}, "surprised"), 1);
}

TEST(ClassLabels, are_none_where_the_meaning_is_not_certain) {
  for (const char* label : {"robot", "mal", "24", "0", "1", "1.0", "-1", "w"})
    EXPECT_EQ(class_of(sexes, label), std::nullopt) << label;
  EXPECT_EQ(class_of(Texts{"m", "l", "s"}, "man"), std::nullopt) << "sizes, not sexes";
  EXPECT_EQ(class_of(Texts{"joy", "contempt"}, "happy"), std::nullopt);
  EXPECT_EQ(class_of({}, "male"), std::nullopt);
}

TEST(ClassLabels, are_the_range_that_holds_a_number) {
  const Texts of_adults = {"29", "71", "15"};
  EXPECT_EQ(class_of(ages, "0", of_adults), 0);
  EXPECT_EQ(class_of(ages, "10", of_adults), 1);
  EXPECT_EQ(class_of(ages, "29.5", of_adults), 2) << "an age is of years begun";
  for (const char* label : {"30", "80", "-1", "1985"})
    EXPECT_EQ(class_of(ages, label, of_adults), std::nullopt) << label;
  EXPECT_EQ(class_of(ages, "24 years"), 2);
}

TEST(ClassLabels, are_the_only_range_that_holds_a_range) {
  EXPECT_EQ(class_of(ages, "20-29"), 2);
  EXPECT_EQ(class_of(ages, "(20, 24)"), 2);
  EXPECT_EQ(class_of(ages, "60s"), 3);
  EXPECT_EQ(class_of(ages, "3 to 9"), 0);
  EXPECT_EQ(class_of(ages, "under 10"), 0);
  for (const char* label :
       {"15-24", "25-32", "60-100", "20-", "+", "70+", "more than 70", "under 20"})
    EXPECT_EQ(class_of(ages, label), std::nullopt) << label;
}

TEST(ClassLabels, without_an_end_lie_only_in_a_class_without_an_end) {
  const Texts classes = {"50-59", "60-69", "more than 70"};
  EXPECT_EQ(class_of(classes, "More than 70"), 2);
  EXPECT_EQ(class_of(classes, "over 70"), 2);
  EXPECT_EQ(class_of(classes, "75"), 2);
  EXPECT_EQ(class_of(classes, "80-89"), 2);
  EXPECT_EQ(class_of(classes, "70+"), std::nullopt) << "70 is not more than 70";
  EXPECT_EQ(class_of(Texts{"60-69", "70+"}, "older than 70"), 1);
  EXPECT_EQ(class_of(Texts{"60-69", "70+"}, "60+"), std::nullopt);
}

TEST(ClassLabels, at_an_end_that_two_classes_share_are_none) {
  const Texts classes = {"0-10", "10-20"};
  EXPECT_EQ(class_of(classes, "15"), 1);
  EXPECT_EQ(class_of(classes, "10", {"15"}), std::nullopt);
  EXPECT_EQ(class_of(classes, "20.5"), std::nullopt);
}

TEST(ClassLabels, take_no_number_that_may_be_an_index_too) {
  const Texts small = {"0", "1", "2", "3", "4"};
  const ClassLabels labels(ages, LabelNumbers::automatic, small);
  EXPECT_TRUE(labels.has_ambiguous_numbers());
  EXPECT_EQ(labels.n_known(), 0);
  EXPECT_THAT(labels.advise(), AllOf(HasSubstr("0 is 0-9"), HasSubstr("--label-numbers values"),
                                     HasSubstr("--label-numbers indices")));
  EXPECT_TRUE(ClassLabels(ages, LabelNumbers::automatic, Texts{"1", "5"}).has_ambiguous_numbers())
      << "from 1 on";
  EXPECT_FALSE(ClassLabels(ages, LabelNumbers::automatic, Texts{"1", "6"}).has_ambiguous_numbers());
  EXPECT_FALSE(
      ClassLabels(ages, LabelNumbers::automatic, Texts{"1", "2.5"}).has_ambiguous_numbers());
  EXPECT_FALSE(
      ClassLabels(ages, LabelNumbers::automatic, Texts{"1", "20-29"}).has_ambiguous_numbers());
}

TEST(ClassLabels, read_numbers_as_they_are_told_to) {
  const Texts numbers = {"0", "2", "1.0", "9"};
  const ClassLabels values(ages, LabelNumbers::values, numbers);
  EXPECT_EQ(values.class_of("2"), 0);
  EXPECT_THAT(values.describe_known("age"), HasSubstr("numbers from 0 to 9 are values"));
  const ClassLabels indices(ages, LabelNumbers::indices, numbers);
  EXPECT_EQ(indices.class_of("2"), 2);
  EXPECT_EQ(indices.class_of("1.0"), 1);
  EXPECT_EQ(indices.class_of("9"), std::nullopt);
  EXPECT_EQ(ClassLabels(sexes, LabelNumbers::indices, Texts{"1", "M"}).class_of("M"), 0);
}

TEST(ClassLabels, say_what_matched_and_what_did_not) {
  const Texts cells = {"0", "1", "M", "woman", "F", "1.0", "1", "male", ""};
  const ClassLabels labels(sexes, LabelNumbers::automatic, cells);
  EXPECT_EQ(labels.n_labels(), 8);
  EXPECT_EQ(labels.n_known(), 4);
  EXPECT_EQ(labels.describe_known("sex"),
            "The column 'sex' names a class of the model for 4 of 9 images; 1 without a value; it "
            "reads 'F' as female, "
            "'M' as male, "
            "'woman' as female.");
  EXPECT_EQ(labels.list_unknown(), "'1' (2), '0' (1), '1.0' (1)");
  EXPECT_THAT(labels.advise(),
              HasSubstr("--label-numbers indices, which means that 0 is male, 1 is female."));
  const ClassLabels good(sexes, LabelNumbers::automatic, Texts{"male", "Female"});
  EXPECT_EQ(good.describe_known("sex"),
            "The column 'sex' names a class of the model for all 2 images.");
  EXPECT_EQ(good.list_unknown(), "");
}

TEST(ClassLabels, name_a_few_of_many_values_and_years_of_birth) {
  Texts cells;
  for (int year = 1950; year < 1970; ++year) cells.push_back(std::to_string(year));
  const ClassLabels labels(ages, LabelNumbers::automatic, cells);
  EXPECT_THAT(labels.list_unknown(),
              AllOf(EndsWith("'1959' (1) and 10 more"), Not(HasSubstr("'1960'"))));
  // terms: allow, of result files
  EXPECT_THAT(labels.advise(), HasSubstr("A year of birth is no age"));
}

}  // namespace
}  // namespace csm
