#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "csm/core/error.h"
#include "group_difference.h"
#include "synthetic_result.h"

namespace csm::test {
namespace {

TEST(GroupDifferenceTest, is_first_minus_second_in_standard_errors) {
  const GroupDifference result =
      compare_groups(synthetic_map(2, 3, 0.5F, 0.3F), synthetic_map(2, 3, 1.5F, 0.4F));
  EXPECT_NEAR(result.difference(1, 2), -1, 1e-6);
  EXPECT_NEAR(result.standard_error(1, 2), 0.5, 1e-6);  // 3-4-5 triangle
  EXPECT_NEAR(result.significance(1, 2), -2, 1e-5);
}

TEST(GroupDifferenceTest, is_unknown_where_a_group_has_no_image) {
  CanonicalMap second = synthetic_map(2, 3, 1, 1);
  second.count(0, 0) = 5;
  second.count(1, 1) = 0;
  const GroupDifference result = compare_groups(synthetic_map(2, 3, 1, 1), second);
  EXPECT_TRUE(std::isnan(result.difference(0, 0)));
  EXPECT_TRUE(std::isnan(result.difference(1, 1)));
  EXPECT_FALSE(std::isnan(result.difference(0, 1)));
}

TEST(GroupDifferenceTest, has_no_significance_without_an_error) {
  CanonicalMap first = synthetic_map(2, 3, 1, 0);
  CanonicalMap second = synthetic_map(2, 3, 2, 0);
  second.standard_error(1, 2) = std::numeric_limits<float>::quiet_NaN();
  const GroupDifference result = compare_groups(first, second);
  EXPECT_NEAR(result.difference(0, 1), -1, 1e-6);
  EXPECT_TRUE(std::isnan(result.significance(0, 1)));
  EXPECT_TRUE(std::isnan(result.significance(1, 2)));
}

TEST(GroupDifferenceTest, tells_what_share_chance_alone_would_give) {
  // Three images a group and equal errors: 4 degrees of freedom, P(|T| > 3) = 0.0399 (Student's
  // tables).
  CanonicalMap first = synthetic_map(2, 3, 0, 0.3F);
  CanonicalMap second = synthetic_map(2, 3, 0, 0.3F);
  second.mean(1, 2) += 2;  // 4.7 standard errors on one of the five pixels that are seen
  const ShareApart apart = share_apart(first, second, 3);
  EXPECT_NEAR(apart.found, 0.2, 1e-9);
  EXPECT_NEAR(apart.by_chance, 0.0399, 1e-4);
  first.count = Grid<std::int64_t>(2, 3, 1000);
  second.count = first.count;
  EXPECT_NEAR(share_apart(first, second, 3).by_chance, 0.0027, 5e-5)
      << "that of the normal distribution";
}

TEST(GroupDifferenceTest, has_no_share_apart_where_nothing_is_known) {
  const ShareApart apart = share_apart(synthetic_map(2, 3, 0, 0), synthetic_map(2, 3, 0, 0), 3);
  EXPECT_EQ(apart.found, 0);
  EXPECT_EQ(apart.by_chance, 0);
}

TEST(GroupDifferenceTest, maps_of_two_shapes_are_our_own_mistake) {
  EXPECT_THROW(compare_groups(synthetic_map(2, 3, 0, 0), synthetic_map(3, 2, 0, 0)), ContractError);
}

}  // namespace
}  // namespace csm::test
