#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "csm/core/correlation.h"

namespace csm {
namespace {

TEST(PearsonCorrelation, is_one_for_a_line_and_minus_one_for_its_mirror_image) {
  const std::vector<double> a = {1, 2, 4};
  EXPECT_DOUBLE_EQ(pearson_correlation(a, std::vector<double>{12, 14, 18}), 1.0);
  EXPECT_DOUBLE_EQ(pearson_correlation(a, std::vector<double>{-1, -2, -4}), -1.0);
}

TEST(PearsonCorrelation, is_what_numpy_says) {
  // numpy.corrcoef([1, 2, 4, 7], [2, 1, 5, 3])[0, 1]
  EXPECT_NEAR(pearson_correlation(std::vector<double>{1, 2, 4, 7}, std::vector<double>{2, 1, 5, 3}),
              0.4795122238161563, 1e-15);
}

TEST(PearsonCorrelation, is_not_defined_without_spread_or_values) {
  const std::vector<double> a = {1, 2, 4};
  EXPECT_TRUE(std::isnan(pearson_correlation(a, std::vector<double>{3, 3, 3})));
  EXPECT_TRUE(std::isnan(pearson_correlation({}, {})));
}

}  // namespace
}  // namespace csm
