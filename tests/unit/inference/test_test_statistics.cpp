#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "test_statistics.h"

namespace csm {
namespace {

constexpr WholeScale quarter{.bits = 20, .exponent = 2};

TEST(Moments, AreThoseOfTheValues) {
  // 0.25, 0.75 and 2 as 1, 3 and 8.
  const Moments moments = moments_of({.value = 12, .square = 74, .count = 3}, quarter);
  EXPECT_DOUBLE_EQ(moments.mean, 1);
  EXPECT_DOUBLE_EQ(moments.variance, 13 / 16.0);
  EXPECT_TRUE(std::isnan(moments_of({.value = 1, .square = 1, .count = 1}, quarter).variance));
  EXPECT_TRUE(std::isnan(moments_of({.value = 0, .square = 0, .count = 0}, quarter).mean));
}

// scipy.stats.ttest_ind(a, b, equal_var=False) of a = 1 2 4 5 and b = 0 1 1
TEST(WelchDifference, IsThatOfScipy) {
  const MeanDifference found =
      welch_difference({.n = 4, .mean = 3, .variance = 10 / 3.0},
                       {.n = 3, .mean = 2 / 3.0, .variance = 1 / 3.0}, 4, 3);
  EXPECT_NEAR(found.difference, 7 / 3.0, 1e-15);
  EXPECT_NEAR(found.t, 2.400980191995124, 1e-12);
}

TEST(WelchDifference, IsUnknownWhereTooFewAreSeen) {
  const Moments many{.n = 30, .mean = 1, .variance = 1};
  EXPECT_TRUE(std::isnan(welch_difference(many, {.n = 1, .mean = 1}, 30, 5).t));
  EXPECT_TRUE(std::isnan(welch_difference(many, {.n = 4, .mean = 0, .variance = 1}, 30, 41).t));
  EXPECT_FALSE(std::isnan(welch_difference(many, {.n = 4, .mean = 0, .variance = 1}, 30, 40).t));
}

TEST(WelchDifference, HasNoTWhereNothingVaries) {
  const MeanDifference found = welch_difference({.n = 4, .mean = 1, .variance = 0},
                                                {.n = 4, .mean = 0, .variance = 0}, 4, 4);
  EXPECT_EQ(found.difference, 1);
  EXPECT_TRUE(std::isnan(found.t));
}

TEST(PairedDifference, IsStudentsT) {
  EXPECT_DOUBLE_EQ(paired_difference({.n = 4, .mean = 1, .variance = 4}, 4).t, 1);
}

TEST(WelchF, OfTwoGroupsIsTheSquareOfT) {
  const std::array groups{Moments{.n = 4, .mean = 3, .variance = 10 / 3.0},
                          Moments{.n = 3, .mean = 2 / 3.0, .variance = 1 / 3.0}};
  const std::array n_units{4.0, 3.0};
  const double t = welch_difference(groups[0], groups[1], 4, 3).t;
  EXPECT_NEAR(welch_f(groups, n_units), t * t, 1e-12);
}

// statsmodels.stats.oneway.anova_oneway([1 2 4 5], [0 1 1], [7 8 9 12], use_var="unequal")
TEST(WelchF, OfThreeGroupsIsThatOfStatsmodels) {
  const std::array groups{Moments{.n = 4, .mean = 3, .variance = 10 / 3.0},
                          Moments{.n = 3, .mean = 2 / 3.0, .variance = 1 / 3.0},
                          Moments{.n = 4, .mean = 9, .variance = 14 / 3.0}};
  const std::array n_units{4.0, 3.0, 4.0};
  EXPECT_NEAR(welch_f(groups, n_units), 25.018785480516975, 1e-12);
}

}  // namespace
}  // namespace csm
