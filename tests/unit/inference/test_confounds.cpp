#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "csm/core/random.h"
#include "csm/inference/confounds.h"

namespace csm {
namespace {

Grid<std::int64_t> counts_of(std::vector<std::vector<std::int64_t>> rows) {
  Grid<std::int64_t> counts(static_cast<int>(rows.size()), static_cast<int>(rows[0].size()));
  for (int y = 0; y < counts.height(); ++y) {
    for (int x = 0; x < counts.width(); ++x)
      counts(y, x) = rows[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
  }
  return counts;
}

TEST(CramersV, as_computed_with_numpy) {
  EXPECT_NEAR(cramers_v(counts_of({{30, 10}, {12, 28}})), 0.43907820086389737, 1e-12);
  EXPECT_NEAR(cramers_v(counts_of({{20, 15, 5}, {4, 9, 40}})), 0.6281703061376174, 1e-12);
  EXPECT_NEAR(cramers_v(counts_of({{40, 0}, {0, 40}})), 1, 1e-12);
  EXPECT_EQ(cramers_v(counts_of({{20, 20}, {20, 20}})), 0);
  EXPECT_EQ(cramers_v(counts_of({{20}, {20}})), 0);
}

/// 60 persons, the first half women.
struct Portraits {
  std::vector<std::string> groups, persons;
  std::vector<std::string> strata = std::vector<std::string>(60);
  NamedColumn photographer{.name = "photographer", .values = {}};
  NamedColumn age{.name = "age", .values = {}};
  NamedColumn day{.name = "day", .values = {}};
  NamedColumn sex{.name = "sex", .values = {}};
  NamedColumn name{.name = "name", .values = {}};

  Portraits() {
    for (int i = 0; i < 60; ++i) {
      const bool is_woman = i < 30;
      groups.push_back(is_woman ? "f" : "m");
      persons.push_back("p" + std::to_string(i));
      photographer.values.push_back(is_woman == (i % 10 != 0) ? "A" : "B");
      age.values.push_back(std::to_string(is_woman ? 20 + i : 25 + i));
      day.values.push_back(i % 2 == 0 ? "odd" : "even");
      sex.values.push_back(is_woman ? "1.00" : "0.00");
      name.values.push_back("name " + std::to_string(i));
    }
  }

  std::vector<Confound> find(const std::vector<NamedColumn>& columns) const {
    ConfoundSearch search(groups, persons, strata);
    for (const NamedColumn& column : columns) search.look_at(column);
    return search.found();
  }
};

TEST(Confounds, are_the_columns_that_go_with_the_groups_the_closest_first) {
  const Portraits portraits;
  const auto found = portraits.find(
      {portraits.day, portraits.photographer, portraits.name, portraits.age, portraits.sex});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].column, "sex");
  EXPECT_TRUE(found[0].names_the_groups);
  EXPECT_EQ(found[1].column, "age");  // in thirds
  EXPECT_EQ(found[2].column, "photographer");
  EXPECT_FALSE(found[2].names_the_groups);
  EXPECT_NEAR(found[2].cramers_v, 0.8, 0.01);
}

TEST(Confounds, count_a_person_once_in_a_group_and_need_twenty) {
  Portraits portraits;
  for (std::size_t i = 0; i < 60; ++i) portraits.persons[i] = "p" + std::to_string(i / 30);
  EXPECT_TRUE(portraits.find({portraits.photographer}).empty());
  portraits.persons.assign(60, "");  // nobody is known
  EXPECT_EQ(portraits.find({portraits.photographer}).size(), 1U);
  for (std::size_t i = 19; i < 60; ++i) portraits.groups[i] = "";
  EXPECT_TRUE(portraits.find({portraits.photographer}).empty());
}

// scipy.stats.chi2_contingency(counts, correction=False)
TEST(IndependenceP, is_that_of_scipy) {
  EXPECT_NEAR(independence_p(counts_of({{30, 10}, {12, 28}})), 5.578564131855008e-05, 1e-12);
  EXPECT_NEAR(independence_p(counts_of({{20, 15, 5}, {4, 9, 40}})), 4.7732904272349e-09, 1e-18);
  EXPECT_EQ(independence_p(counts_of({{20}, {20}})), 1);
}

TEST(IndependenceP, of_thin_tables_is_that_of_random_ones) {
  // Hypergeometric probabilities: 0.0004, and 0.069 of two of the four or more.
  EXPECT_NEAR(independence_p(counts_of({{5, 0}, {5, 30}})), 0.001, 0.001);
  EXPECT_NEAR(independence_p(counts_of({{2, 3}, {2, 33}})), 0.069, 0.025);
}

TEST(Confounds, are_not_what_is_held_fixed) {
  Portraits portraits;
  portraits.strata = portraits.photographer.values;
  EXPECT_THAT(portraits.find({portraits.photographer}), testing::IsEmpty());
  NamedColumn studio{.name = "studio", .values = {}};
  for (const std::string& name : portraits.strata) studio.values.push_back("of " + name);
  EXPECT_THAT(portraits.find({studio}), testing::IsEmpty());
  EXPECT_EQ(portraits.find({portraits.age}).size(), 1U);
}

TEST(Confounds, are_rarely_found_by_chance) {
  constexpr int n_repetitions = 200;
  constexpr int n_columns = 20;
  for (const std::size_t n_images : {40U, 150U, 600U}) {
    int n_wrong = 0;
    for (int repetition = 0; repetition < n_repetitions; ++repetition) {
      SplitMix64 random(static_cast<std::uint64_t>(repetition) + 1000 * n_images);
      std::vector<std::string> groups;
      for (std::size_t i = 0; i < n_images; ++i)
        groups.push_back(random.below(12) == 0 ? "f" : "m");
      const std::vector<std::string> nobody(n_images);
      ConfoundSearch search(groups, nobody, nobody);
      for (std::uint64_t c = 0; c < n_columns; ++c) {
        NamedColumn column{.name = "c", .values = {}};
        for (std::size_t i = 0; i < n_images; ++i)
          column.values.push_back(std::to_string(random.below(2 + c / 2) * random.below(2)));
        search.look_at(column);
      }
      n_wrong += search.found().empty() ? 0 : 1;
    }
    EXPECT_LE(n_wrong, 0.08 * n_repetitions) << n_images << " images";
  }
}

TEST(Confounds, leave_out_what_is_unknown) {
  Portraits portraits;
  for (std::size_t i = 0; i < 60; ++i) {
    if (portraits.photographer.values[i] == "B") portraits.photographer.values[i] = "";
  }
  EXPECT_TRUE(portraits.find({portraits.photographer}).empty());
}

TEST(Confounds, are_said_with_what_to_do) {
  const std::vector<Confound> confounds{
      {.column = "gender", .cramers_v = 1, .p = 0, .names_the_groups = true},
      {.column = "age", .cramers_v = 0.412, .p = 0}};
  EXPECT_EQ(
      describe_confounds("sex", confounds, false),
      "Groups of 'sex' differ in other columns too, from which a difference of their maps may "
      "come: 'age' (0.41) (Cramér's V: 0 unrelated, 1 the same). --permute-within COLUMN "
      "holds one of them fixed; make bands of numbers first. 'sex' has the same groups as "
      "'gender': if they do not mean the same, these images cannot tell them apart.");
  EXPECT_THAT(describe_confounds("sex", confounds, true),
              testing::Not(testing::HasSubstr("--permute-within")));
  EXPECT_EQ(describe_confounds("sex", {}, false), "");
}

}  // namespace
}  // namespace csm
