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

TEST(DipTest, tells_two_peaks_from_a_long_tail) {
  const DipTest test(60, 199, 1);
  std::vector<double> two_peaks, tail;
  for (int i = 0; i < 60; ++i) {
    two_peaks.push_back(i % 30 / 30.0 + (i < 30 ? 0 : 2));
    tail.push_back(-std::log((i + 0.5) / 60));
  }
  EXPECT_DOUBLE_EQ(test.p_of(two_peaks), 1 / 200.0);
  EXPECT_GT(test.p_of(tail), 0.5);
}

}  // namespace
}  // namespace csm
