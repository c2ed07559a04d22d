#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "csm/core/error.h"
#include "csm/dataset/dataset.h"
#include "csm/dataset/dataset_options.h"
#include "support/message_of.h"

namespace csm {
namespace {

using test::message_of;

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(SampleOrder, IsASeededPermutationCutToTheLimit) {
  Dataset dataset;
  dataset.samples.resize(50);
  DatasetOptions options;
  options.seed = 3;
  const auto whole = sample_order(dataset, options);
  EXPECT_EQ(std::set<std::int64_t>(whole.begin(), whole.end()).size(), 50U);
  EXPECT_FALSE(std::is_sorted(whole.begin(), whole.end()));
  options.limit = 7;
  EXPECT_EQ(sample_order(dataset, options),
            std::vector<std::int64_t>(whole.begin(), whole.begin() + 7));
  options.limit = 1000;
  EXPECT_EQ(sample_order(dataset, options), whole);
  options.seed = 4;
  EXPECT_NE(sample_order(dataset, options), whole);
}

/// 40 images of 10 persons.
Dataset with_persons() {
  Dataset dataset;
  dataset.column_names = {"person"};
  for (int i = 0; i < 40; ++i) {
    Sample& sample = dataset.samples.emplace_back();
    sample.id = "image " + std::to_string(i);
    sample.columns = Columns{{"person", "p" + std::to_string(i % 10)}};
  }
  return dataset;
}

Dataset without_columns() {
  Dataset dataset = with_persons();
  dataset.column_names.clear();
  return dataset;
}

TEST(SampleOrder, KeepsTheImagesThatMeetAllConditions) {
  Dataset dataset = with_persons();
  dataset.column_names = {"person", "age"};
  for (int i = 0; i < 40; ++i) {
    const std::string person = "p" + std::to_string(i % 10);
    dataset.samples[static_cast<std::size_t>(i)].columns =
        Columns{{"person", person}, {"age", std::to_string(i)}};
  }
  DatasetOptions options;
  options.where = "person=p3,person=p4,age=10..19.5";
  const auto order = sample_order(dataset, options);
  EXPECT_EQ(std::set<std::int64_t>(order.begin(), order.end()), (std::set<std::int64_t>{13, 14}));

  const auto refusal = [&](const std::string& where) {
    options.where = where;
    return message_of<InputError>([&] { sample_order(dataset, options); });
  };
  EXPECT_THAT(refusal("person=p3,age=99"),
              AllOf(HasSubstr("('age' has 39, 38, 37"),
                    HasSubstr("Give values that the column has."), Not(HasSubstr("'person' has"))));
  EXPECT_THAT(refusal("person=p3,age=4"), HasSubstr("no image meets all of it"));
  EXPECT_THAT(refusal("sex=male"), HasSubstr("no such column"));
  EXPECT_THAT(refusal("male"), HasSubstr("each part is COLUMN=VALUE"));
}

TEST(SampleOrder, TheHalvesShareNothingAndMissNothing) {
  const Dataset dataset = with_persons();
  DatasetOptions options;
  const auto whole = sample_order(dataset, options);
  options.half = Half::first;
  const auto first = sample_order(dataset, options);
  options.half = Half::second;
  const auto second = sample_order(dataset, options);
  std::set<std::int64_t> both(first.begin(), first.end());
  both.insert(second.begin(), second.end());
  EXPECT_EQ(first.size() + second.size(), 40U);
  EXPECT_EQ(both.size(), 40U);
  // A fair coin for each image: 20 +- 4 standard deviations of 3.2.
  EXPECT_NEAR(static_cast<double>(first.size()), 20, 13);
  // In the order of the whole, so that the limit takes the same images first.
  std::vector<std::int64_t> in_order;
  for (const std::int64_t index : whole) {
    if (std::find(second.begin(), second.end(), index) != second.end()) in_order.push_back(index);
  }
  EXPECT_EQ(second, in_order);
}

TEST(SampleOrder, AnImagesHalfDoesNotDependOnTheOthers) {
  Dataset dataset = with_persons();
  DatasetOptions options;
  options.half = Half::first;
  std::set<std::string> before;
  for (const std::int64_t i : sample_order(dataset, options))
    before.insert(dataset.samples[static_cast<std::size_t>(i)].id);
  dataset.samples.resize(25);
  for (const std::int64_t i : sample_order(dataset, options))
    EXPECT_TRUE(before.contains(dataset.samples[static_cast<std::size_t>(i)].id));
}

TEST(SampleOrder, ImagesOfOneValueGoToOneHalf) {
  const Dataset dataset = with_persons();
  DatasetOptions options;
  options.half_by = "person";
  options.half = Half::first;
  const auto first = sample_order(dataset, options);
  std::set<std::int64_t> persons;
  for (const std::int64_t index : first) persons.insert(index % 10);
  EXPECT_EQ(first.size(), 4 * persons.size());
  options.half_by = "name";
  EXPECT_THAT(message_of<InputError>([&] { sample_order(dataset, options); }),
              AllOf(HasSubstr("--half-by is 'name'"), HasSubstr("Valid: person, or none.")));
  EXPECT_THAT(message_of<InputError>([&] { sample_order(without_columns(), options); }),
              HasSubstr("Valid: none."));
}

TEST(SampleOrder, AHalfWithoutAnImageIsAnError) {
  Dataset dataset = with_persons();
  dataset.samples.resize(1);
  DatasetOptions options;
  int n_empty = 0;
  for (const Half half : {Half::first, Half::second}) {
    options.half = half;
    if (message_of<InputError>([&] {
          sample_order(dataset, options);
        }).find("no image is in the") != std::string::npos)
      ++n_empty;
  }
  EXPECT_EQ(n_empty, 1);
}

}  // namespace
}  // namespace csm
