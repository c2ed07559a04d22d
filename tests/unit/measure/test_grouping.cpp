#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/measure/grouping.h"
#include "support/message_of.h"

namespace csm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const std::vector<std::string> genders = {"male", "female"};

Dataset make_dataset(const std::vector<std::string>& cells) {
  Dataset dataset;
  dataset.column_names = {"gender", "person"};
  for (std::size_t i = 0; i < cells.size(); ++i) {
    Sample sample;
    sample.id = std::to_string(i);
    sample.columns = {{"gender", cells[i]}, {"person", "p" + std::to_string(i)}};
    dataset.samples.push_back(sample);
  }
  return dataset;
}

ImageRow make_row(const std::string& predicted, const std::string& target) {
  ImageRow row;
  row.predicted = predicted;
  row.target = target;
  return row;
}

std::vector<std::int64_t> whole_order(const Dataset& dataset) {
  std::vector<std::int64_t> order(dataset.samples.size());
  std::iota(order.begin(), order.end(), 0);
  return order;
}

Grouping make_grouping(const std::string& group_by, const Dataset& dataset) {
  std::vector<std::string> cells;
  for (const Sample& sample : dataset.samples)
    cells.push_back(sample.columns.find("gender").value_or(""));
  const ClassLabels labels(genders, LabelNumbers::automatic, cells);
  return {group_by, "gender", labels, genders, dataset, whole_order(dataset)};
}

TEST(Grouping, none_has_no_groups) {
  const Dataset dataset = make_dataset({"male", "female"});
  const Grouping grouping = make_grouping("none", dataset);
  EXPECT_THAT(grouping.names(), IsEmpty());
  EXPECT_EQ(grouping.group_of(make_row("", "male"), dataset.samples[0]), std::nullopt);
}

TEST(Grouping, target_and_predicted_follow_the_row) {
  const Dataset dataset = make_dataset({"male"});
  const ImageRow row = make_row("male", "female");
  EXPECT_EQ(make_grouping("target", dataset).names(), genders);
  EXPECT_EQ(make_grouping("target", dataset).group_of(row, dataset.samples[0]), 1U);
  EXPECT_EQ(make_grouping("predicted", dataset).group_of(row, dataset.samples[0]), 0U);
  EXPECT_EQ(make_grouping("predicted", dataset).group_of(make_row("", "male"), dataset.samples[0]),
            std::nullopt);
}

TEST(Grouping, label_groups_by_the_values_of_the_label_column) {
  const Dataset dataset = make_dataset({"robot", "male", "", "male"});
  const Grouping grouping = make_grouping("label", dataset);
  EXPECT_THAT(grouping.names(), ElementsAre("male", "robot"));
  EXPECT_EQ(grouping.group_of({}, dataset.samples[0]), 1U);
  EXPECT_EQ(grouping.group_of({}, dataset.samples[1]), 0U);
  EXPECT_EQ(grouping.group_of({}, dataset.samples[2]), std::nullopt);
}

TEST(Grouping, label_groups_by_the_classes_that_labels_name_however_they_are_written) {
  const Dataset dataset = make_dataset({"FEMALE", "Male", "female", "F", "robot"});
  const Grouping grouping = make_grouping("label", dataset);
  EXPECT_THAT(grouping.names(), ElementsAre("female", "male", "robot"));
  for (const std::size_t i : {0U, 2U, 3U})
    EXPECT_EQ(grouping.group_of({}, dataset.samples[i]), 0U) << i;
  EXPECT_EQ(grouping.group_of({}, dataset.samples[1]), 1U);
  EXPECT_EQ(grouping.group_of({}, dataset.samples[4]), 2U);
  EXPECT_EQ(grouping.describe_alike(), "");
}

TEST(Grouping, warns_of_values_of_a_column_that_are_written_in_two_ways) {
  const Dataset dataset = make_dataset({"FEMALE", "Male", "female", "robot"});
  const Grouping grouping = make_grouping("gender", dataset);
  EXPECT_THAT(grouping.names(), ElementsAre("FEMALE", "Male", "female", "robot"));
  EXPECT_THAT(grouping.describe_alike(),
              AllOf(HasSubstr("'FEMALE' and 'female'."), HasSubstr("--group-by label"),
                    Not(HasSubstr("Male'"))));
  EXPECT_EQ(make_grouping("person", dataset).describe_alike(), "");
}

TEST(Grouping, warns_of_values_that_say_that_nothing_is_known) {
  const Dataset dataset = make_dataset({"female", "NA", "?", "n/a", "Unknown", "nana"});
  EXPECT_THAT(make_grouping("gender", dataset).describe_missing(),
              AllOf(HasSubstr("Groups of 'gender' look like missing values: '?', 'NA', "
                              "'Unknown', 'n/a'."),
                    HasSubstr("--where")));
  EXPECT_EQ(make_grouping("gender", make_dataset({"female", "male"})).describe_missing(), "");
  EXPECT_EQ(make_grouping("target", dataset).describe_missing(), "");
}

TEST(Grouping, a_column_counts_only_the_images_of_the_run) {
  const Dataset dataset = make_dataset({"male", "female", "male"});
  const std::vector<std::int64_t> order = {2, 0};
  EXPECT_THAT(Grouping("person", "gender", std::nullopt, genders, dataset, order).names(),
              ElementsAre("p0", "p2"));
}

TEST(Grouping, names_the_nearest_column_where_there_is_none) {
  const Dataset dataset = make_dataset({"male"});
  try {
    make_grouping("persn", dataset);
    FAIL() << "an unknown column must be an error";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("--group-by persn"));
    EXPECT_THAT(error.what(), HasSubstr("gender, person"));
    EXPECT_THAT(error.what(), HasSubstr("Did you mean 'person'?"));
  }
}

TEST(Grouping, leaves_several_columns_to_csm_test) {
  Dataset dataset = make_dataset({"male"});
  EXPECT_THAT(
      test::message_of<InputError>([&] { make_grouping("gender,person", dataset); }),
      AllOf(HasSubstr("groups its images by one column"),
            HasSubstr("csm_test RESULT.h5 --group-by gender,person"), HasSubstr("--save-cis")));
  dataset.column_names.push_back("age, years");
  dataset.samples[0].columns = {{"gender", "male"}, {"age, years", "30"}};
  EXPECT_THAT(make_grouping("age, years", dataset).names(), ElementsAre("30"));
}

TEST(Grouping, tells_how_a_folder_gets_columns) {
  Dataset dataset;
  dataset.samples.resize(1);
  try {
    make_grouping("person", dataset);
    FAIL() << "there are no columns";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("the columns path and person, as manifest.csv"));
  }
}

TEST(Grouping, rejects_a_column_without_values_and_one_with_too_many) {
  EXPECT_THROW(make_grouping("label", make_dataset({"", ""})), InputError);
  EXPECT_NO_THROW(make_grouping("person", make_dataset(std::vector<std::string>(64, "male"))));
  try {
    make_grouping("person", make_dataset(std::vector<std::string>(65, "male")));
    FAIL() << "65 maps are more than allowed";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("65 values"));
    EXPECT_THAT(error.what(), HasSubstr("at most 64"));
  }
}

TEST(Grouping, a_value_that_is_too_long_for_a_name_is_refused) {
  const Dataset dataset = make_dataset({"male", std::string(512, 'x')});
  const std::vector<std::int64_t> order = {0, 1};
  const auto group = [&] { Grouping("gender", "", std::nullopt, genders, dataset, order); };
  const std::string message = test::message_of<InputError>(group);
  EXPECT_THAT(message, AllOf(HasSubstr("a value of 512 characters"), HasSubstr("at most 100")));
  EXPECT_LT(message.size(), 400U);
}

}  // namespace
}  // namespace csm
