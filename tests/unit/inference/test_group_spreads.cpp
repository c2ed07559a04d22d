#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "csm/inference/group_spreads.h"

namespace csm {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Three groups and four values; the second group varies twice as much as the others, or more.
GroupSpreads three_groups() {
  return {.n_groups = 3,
          .mean = {1, 2, 3, 4, 1, 1, 1, 1, 0, 0, 0, 0},
          .deviation = {1, 1, 2, 0, 2, 2, 8, 5, 1, 1, 2, 5}};
}

TEST(GroupSpreads, ComparesTheTypicalPlace) {
  const GroupSpreads spreads = three_groups();
  EXPECT_DOUBLE_EQ(spreads.ratio(1, 0, 4), 2);
  EXPECT_DOUBLE_EQ(spreads.ratio(0, 1, 4), 0.5);
  EXPECT_DOUBLE_EQ(spreads.ratio(1, 2, 1), 2);
}

TEST(GroupSpreads, AreEvenIfNothingVaries) {
  const GroupSpreads spreads{
      .n_groups = 2, .mean = {1, unknown, 2, 2}, .deviation = {0, unknown, 0, 1}};
  EXPECT_DOUBLE_EQ(spreads.ratio(0, 1, 2), 1);
}

TEST(GroupSpreads, KeepOneGroupOnly) {
  const GroupSpreads spreads = three_groups().only(1);
  EXPECT_EQ(spreads.deviation, (std::vector<double>{0, 0, 0, 0, 2, 2, 8, 5, 0, 0, 0, 0}));
  EXPECT_EQ(spreads.mean, three_groups().mean);
}

TEST(GroupSpreads, StandardiseByTheOwnGroup) {
  std::vector<float> row{3, 1, std::numeric_limits<float>::quiet_NaN(), 2};
  GroupSpreads spreads = three_groups();
  spreads.deviation[7] = 0;
  spreads.standardise(1, row);
  EXPECT_FLOAT_EQ(row[0], 1);
  EXPECT_FLOAT_EQ(row[1], 0);
  EXPECT_TRUE(std::isnan(row[2]));
  EXPECT_FLOAT_EQ(row[3], 0);  // its group does not vary
}

}  // namespace
}  // namespace csm
