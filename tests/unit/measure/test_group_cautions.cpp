#include <gmock/gmock.h>

#include <algorithm>

#include "csm/measure/group_cautions.h"

namespace csm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// 40 persons with one image each, half of them women.
struct Portraits {
  std::vector<ImageRow> rows = std::vector<ImageRow>(40);
  std::vector<TestedImage> images;
  ColumnFindings column;

  Portraits() {
    column.column = "sex";
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].label = i < 20 ? "female" : "male";
      rows[i].predicted = "male";
      images.push_back({.row = &rows[i],
                        .group = i < 20 ? "f" : "m",
                        .person = "p" + std::to_string(i),
                        .stratum = ""});
    }
  }

  NamedColumn halves(const std::string& name, const std::string& first, const std::string& second) {
    NamedColumn found{.name = name, .values = {}};
    for (std::size_t i = 0; i < rows.size(); ++i) found.values.push_back(i < 20 ? first : second);
    return found;
  }

  std::vector<std::string> remarks_with(const std::vector<NamedColumn>& columns) {
    column.remarks.clear();
    std::vector<std::string> names;
    for (const NamedColumn& other : columns) names.push_back(other.name);
    const auto values_of = [&](const std::string& name) {
      return *std::find_if(columns.begin(), columns.end(),
                           [&](const NamedColumn& other) { return other.name == name; });
    };
    add_cautions(images, names, values_of, 0, column);
    return column.remarks;
  }
};

TEST(Cautions, name_other_columns_in_which_the_groups_differ) {
  Portraits portraits;
  EXPECT_THAT(portraits.remarks_with({portraits.halves("photographer", "A", "B")}),
              ElementsAre(HasSubstr("'sex' has the same groups as 'photographer'")));
  portraits.column.column = "predicted";
  EXPECT_THAT(portraits.remarks_with({portraits.halves("photographer", "A", "B")}), IsEmpty());
}

TEST(Cautions, pass_over_the_groups_by_another_name) {
  Portraits portraits;
  EXPECT_THAT(portraits.remarks_with({portraits.halves("gender", "Female", "male")}), IsEmpty());
}

TEST(Cautions, name_a_group_whose_decisions_are_worse_than_guesses) {
  Portraits portraits;
  const std::vector<std::string> groups{"f", "m"}, classes{"female", "male"};
  portraits.column.groups = measure_performance(portraits.images, groups, classes);
  add_cautions(portraits.images, {}, nullptr, 2, portraits.column);
  EXPECT_THAT(portraits.column.remarks,
              ElementsAre(HasSubstr("In 'f' the model is right for 0 % of 20 images")));

  // Half of two classes is a guess.
  portraits.column.remarks.clear();
  for (std::size_t i = 0; i < 10; ++i) portraits.rows[i].predicted = "female";
  portraits.column.groups = measure_performance(portraits.images, groups, classes);
  add_cautions(portraits.images, {}, nullptr, 2, portraits.column);
  EXPECT_THAT(portraits.column.remarks, IsEmpty());
}

TEST(Cautions, leave_out_columns_that_a_test_uses) {
  Dataset dataset;
  dataset.column_names = {"sex", "age", "identity"};
  EXPECT_THAT(columns_beside(dataset, {"sex", "identity", ""}), ElementsAre("age"));
}

}  // namespace
}  // namespace csm
