#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "csm/core/error.h"
#include "csm/saliency/fixed_cis.h"
#include "fixed_point.h"

namespace csm {
namespace {

using testing::ElementsAre;

CisMap two_painted_pixels() {
  CisMap cis{.values = Grid<float>(2, 2), .count = Grid<std::int32_t>(2, 2)};
  cis.values(0, 1) = 0.5F;
  cis.count(0, 1) = 3;
  cis.values(1, 1) = -0.25F;
  cis.count(1, 1) = 1;
  return cis;
}

TEST(FixedCis, holds_the_painted_pixels_in_units_of_the_sums) {
  const FixedCis cis(two_painted_pixels());
  EXPECT_EQ(cis.size, 2);
  EXPECT_THAT(cis.pixel, ElementsAre(1, 3));
  EXPECT_THAT(cis.value, ElementsAre(std::int64_t{1} << 35, -(std::int64_t{1} << 34)));
  EXPECT_EQ(from_fixed_square({.high = cis.square_high[1], .low = cis.square_low[1]}), 0.0625);
}

TEST(FixedCis, a_pixel_that_is_painted_with_nothing_counts) {
  CisMap cis = two_painted_pixels();
  cis.count(0, 0) = 1;
  EXPECT_THAT(FixedCis(cis).pixel, ElementsAre(0, 1, 3));
}

TEST(FixedCis, a_drop_that_is_no_number_is_an_error) {
  CisMap cis = two_painted_pixels();
  cis.values(1, 1) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_THROW(FixedCis{cis}, RunError);
}

}  // namespace
}  // namespace csm
