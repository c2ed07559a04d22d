#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <utility>

#include "csm/inference/student.h"
#include "test_statistics.h"

namespace csm {
namespace {

constexpr double quarter = 0.25;

TEST(Moments, AreThoseOfTheValues) {
  // 0.25, 0.75 and 2 as 1, 3 and 8.
  const Moments moments = moments_of({.value = 12, .square = 74, .count = 3}, quarter);
  EXPECT_DOUBLE_EQ(moments.mean, 1);
  EXPECT_DOUBLE_EQ(moments.variance, 13 / 16.0);
  EXPECT_TRUE(std::isnan(moments_of({.value = 1, .square = 1, .count = 1}, quarter).variance));
  EXPECT_TRUE(std::isnan(moments_of({.value = 0, .square = 0, .count = 0}, quarter).mean));
}

// scipy.stats.ttest_ind(a, b, equal_var=False) of a = 1 2 4 5 and b = 0 1 1
TEST(IntervalFactor, IsThatOfScipy) {
  EXPECT_NEAR(interval_factor(2), 12.706204736, 1e-8);  // scipy.stats.t.ppf(0.975, n - 1)
  EXPECT_NEAR(interval_factor(151), 1.975905331, 1e-8);
}

TEST(WelchDifference, IsThatOfScipy) {
  const MeanDifference found =
      welch_difference({.n = 4, .mean = 3, .variance = 10 / 3.0},
                       {.n = 3, .mean = 2 / 3.0, .variance = 1 / 3.0}, 4, 3);
  EXPECT_NEAR(found.difference, 7 / 3.0, 1e-15);
  EXPECT_NEAR(found.t, 2.400980191995124, 1e-12);
  EXPECT_NEAR(found.freedom, 3.753246753246754, 1e-12);
}

TEST(WelchDifference, IsUnknownWhereTooFewAreSeen) {
  const Moments many{.n = 30, .mean = 1, .variance = 1};
  EXPECT_TRUE(std::isnan(welch_difference(many, {.n = 1, .mean = 1}, 30, 5).t));
  // Of 40 persons a quarter, of 100 twenty, of 300 a tenth.
  for (const auto& [n, n_units] : {std::pair{10.0, 40.0}, {20.0, 100.0}, {30.0, 300.0}}) {
    const Moments enough{.n = n, .mean = 0, .variance = 1};
    const Moments few{.n = n - 1, .mean = 0, .variance = 1};
    EXPECT_FALSE(std::isnan(welch_difference(many, enough, 30, n_units).t)) << n_units;
    EXPECT_TRUE(std::isnan(welch_difference(many, few, 30, n_units).t)) << n_units;
  }
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
  EXPECT_NEAR(welch_f(groups, n_units).f, t * t, 1e-12);
}

// statsmodels.stats.oneway.anova_oneway([1 2 4 5], [0 1 1], [7 8 9 12], use_var="unequal")
TEST(WelchF, OfThreeGroupsIsThatOfStatsmodels) {
  const std::array groups{Moments{.n = 4, .mean = 3, .variance = 10 / 3.0},
                          Moments{.n = 3, .mean = 2 / 3.0, .variance = 1 / 3.0},
                          Moments{.n = 4, .mean = 9, .variance = 14 / 3.0}};
  const std::array n_units{4.0, 3.0, 4.0};
  const MeansRatio found = welch_f(groups, n_units);
  EXPECT_NEAR(found.f, 25.018785480516975, 1e-12);
  EXPECT_NEAR(found.freedom, 4.712495575221239, 1e-9);
}

// scipy.stats.norm.isf(scipy.stats.t.sf(t, freedom))
TEST(NormalOfT, IsAsRareAsT) {
  EXPECT_NEAR(normal_of_t(2, 5), 1.635522896700349, 0.02);
  EXPECT_NEAR(normal_of_t(-4, 3), -2.197167916994612, 0.03);
  EXPECT_NEAR(normal_of_t(3, 1000), 2.992535040092527, 1e-3);
  EXPECT_NEAR(t_of_normal(normal_of_t(-2.5, 7), 7), -2.5, 1e-12);
  EXPECT_TRUE(std::isnan(normal_of_t(std::nan(""), 4)));
}

// scipy.stats.norm.isf(scipy.stats.f.sf(f, numerator, denominator))
TEST(NormalOfF, IsAsRareAsF) {
  EXPECT_NEAR(normal_of_f({.f = 4, .freedom = 12}, 2), 1.6781798201657003, 0.05);
  EXPECT_EQ(normal_of_f({.f = 0.1, .freedom = 12}, 2), 0);
  EXPECT_TRUE(std::isnan(normal_of_f({.f = std::nan(""), .freedom = std::nan("")}, 2)));
}

}  // namespace
}  // namespace csm
