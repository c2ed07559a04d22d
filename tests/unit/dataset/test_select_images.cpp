#include <gmock/gmock.h>

#include <numeric>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "select_images.h"
#include "support/message_of.h"

namespace csm {
namespace {

using test::message_of;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

/// Six persons with gender and age; the last has no age.
Dataset persons_with_ages() {
  Dataset dataset;
  dataset.root = "photos";
  dataset.column_names = {"gender", "age"};
  const std::vector<std::string> ages{"18", "25", "25.5", "30", "60-69", ""};
  for (std::size_t i = 0; i < ages.size(); ++i) {
    const std::string gender = i % 2 == 0 ? "female" : "male";
    Columns columns{{"gender", gender}};
    if (!ages[i].empty()) columns = Columns{{"gender", gender}, {"age", ages[i]}};
    dataset.samples.emplace_back().columns = columns;
  }
  return dataset;
}

std::vector<std::int64_t> kept(const std::string& where) {
  const Dataset dataset = persons_with_ages();
  std::vector<std::int64_t> order(dataset.samples.size());
  std::iota(order.begin(), order.end(), 0);
  keep_where(dataset, where, order);
  return order;
}

TEST(Where, KeepsTheImagesWithTheValue) {
  EXPECT_THAT(kept("gender=female"), ElementsAre(0, 2, 4));
  EXPECT_THAT(kept(""), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(kept(" age = 60-69 "), ElementsAre(4));
}

TEST(Where, ColumnsMustAllHoldAndValuesOfOneColumnAreAlternatives) {
  EXPECT_THAT(kept("gender=male,age=25"), ElementsAre(1));
  EXPECT_THAT(kept("age=18,age=30"), ElementsAre(0, 3));
}

TEST(Where, TakesRangesOfNumbersWithTheirEnds) {
  EXPECT_THAT(kept("age=18..25"), ElementsAre(0, 1));
  EXPECT_THAT(kept("age=25.5..99"), ElementsAre(2, 3));
}

TEST(Where, RefusesWhatItCannotMean) {
  const auto message = [](const std::string& where) {
    return message_of<InputError>([&] { kept(where); });
  };
  EXPECT_THAT(message("gendr=female"),
              AllOf(HasSubstr("'gendr'"), HasSubstr("gender, age, or all")));
  EXPECT_THAT(message("female"), HasSubstr("COLUMN=VALUE"));
  EXPECT_THAT(message("gender=woman"), AllOf(HasSubstr("'gender=woman', which no image meets"),
                                             HasSubstr("'gender' has female, male")));
  EXPECT_THAT(message("gender=male,age=18"), HasSubstr("no image is left"));
}

TEST(Where, RefusesAValueThatNoImageHasBesideOthers) {
  const auto message = [](const std::string& where) {
    return message_of<InputError>([&] { kept(where); });
  };
  EXPECT_THAT(message("gender=male,gender=femal"),
              AllOf(HasSubstr("'gender=femal'"), HasSubstr("Did you mean 'female'?")));
  EXPECT_THAT(message("age=18,age=61..99"), HasSubstr("'age=61..99', which no image meets"));
  EXPECT_THAT(message("age=nan"), HasSubstr("no image meets"));
  EXPECT_THAT(message("age=nan..99"), HasSubstr("no image meets"));
}

/// A column of one value an image.
std::vector<std::int64_t> kept_of(const std::vector<std::string>& values,
                                  const std::string& where) {
  Dataset dataset;
  dataset.column_names = {"age"};
  std::vector<std::int64_t> order;
  for (const std::string& value : values) {
    order.push_back(std::ssize(order));
    dataset.samples.emplace_back().columns = Columns{{"age", value}};
  }
  keep_where(dataset, where, order);
  return order;
}

TEST(Where, ComparesNumbersAsNumbers) {
  EXPECT_THAT(kept_of({"23", "23.0", "24", "23.00", "nan", "2.3e1"}, "age=23"),
              ElementsAre(0, 1, 3, 5));
  EXPECT_THAT(kept_of({"nan", "23"}, "age=nan"), ElementsAre(0));
  // Numbers that a double does not tell apart are texts.
  EXPECT_THAT(kept_of({"12345678901234567891", "12345678901234567892"}, "age=12345678901234567891"),
              ElementsAre(0));
}

TEST(Where, NamesTheNearestOfManyNumbers) {
  std::vector<std::string> values;
  for (int age = 20; age < 60; ++age) values.push_back(std::to_string(age));
  const std::string message =
      message_of<InputError>([&] { kept_of(values, "age=200..300,age=20"); });
  EXPECT_THAT(message, AllOf(HasSubstr("'age' has 59, 58, 57"), HasSubstr("and more")));
}

}  // namespace
}  // namespace csm
