#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "dip_test.h"

namespace csm {
namespace {

// Expected values: the package diptest 0.12 of PyPI, diptest.dipstat.
TEST(Dip, as_the_package_diptest) {
  EXPECT_NEAR(dip_of({0.1, 0.3, 0.35, 0.4, 0.7, 1.2, 1.3, 2.9, 3.0, 3.05, 3.3, 3.4}),
              0.15873015873015875, 1e-9);
  std::vector<double> two_parts;
  for (int i = 0; i < 40; ++i) two_parts.push_back(i * 37 % 40 / 40.0 + i % 2 * 3);
  EXPECT_NEAR(dip_of(two_parts), 0.1714876033057851, 1e-9);
  std::vector<double> skewed;
  for (int i = 0; i < 60; ++i) skewed.push_back(std::pow(i * 7919 % 101 / 101.0, 2));
  EXPECT_NEAR(dip_of(skewed), 0.01846370683579989, 1e-9);
}

TEST(Dip, is_least_of_one_peak) {
  EXPECT_DOUBLE_EQ(dip_of({5}), 0.5);
  EXPECT_DOUBLE_EQ(dip_of({2, 2, 2, 2}), 1 / 8.0);
  EXPECT_DOUBLE_EQ(dip_of({1, 2, 3, 4}), 1 / 8.0);
  EXPECT_NEAR(dip_of({0, 0, 0, 1, 1, 1}), 0.25, 1e-12);  // the most there is
}

TEST(UnimodalFit, of_an_even_spread_is_even_and_of_two_peaks_fills_the_gap) {
  std::vector<double> even, two_peaks;
  for (int i = 0; i < 100; ++i) {
    even.push_back(i / 99.0);
    two_peaks.push_back(i < 80 ? i / 80.0 : 3 + (i - 80) / 20.0);
  }
  SplitMix64 random(1);
  const UnimodalFit fit(two_peaks);
  const UnimodalFit same(even);
  double sum = 0;
  int n_in_gap = 0;
  for (int i = 0; i < 2000; ++i) {
    const double drawn = same.draw(random);
    EXPECT_GE(drawn, 0);
    EXPECT_LE(drawn, 1);
    sum += drawn;
    const double place = fit.draw(random);
    n_in_gap += place > 1.1 && place < 2.9 ? 1 : 0;
  }
  EXPECT_NEAR(sum / 2000, 0.5, 0.03);
  // A fifth of the values lie between 1 and 4 in one even part: 0.2 * 1.8 / 3.
  EXPECT_NEAR(n_in_gap / 2000.0, 0.12, 0.03);
}

}  // namespace
}  // namespace csm
