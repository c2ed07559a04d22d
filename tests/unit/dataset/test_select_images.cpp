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
  EXPECT_THAT(message("gender=woman"),
              AllOf(HasSubstr("no image is left"), HasSubstr("'gender' has female, male")));
}

}  // namespace
}  // namespace csm
