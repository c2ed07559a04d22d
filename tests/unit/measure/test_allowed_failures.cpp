#include <gtest/gtest.h>

#include "csm/measure/image_loop.h"

namespace csm {
namespace {

TEST(AllowedFailures, is_the_share_rounded_down) {
  EXPECT_EQ(allowed_failures(0.1, 11), 1);
  EXPECT_EQ(allowed_failures(0.1, 9), 0);
  EXPECT_EQ(allowed_failures(0, 1000), 0);
  EXPECT_EQ(allowed_failures(1, 7), 7);
}

TEST(AllowedFailures, whole_numbers_are_not_lost_to_rounding) {
  // In binary 0.29 * 100 is 28.999999999999996.
  EXPECT_EQ(allowed_failures(0.29, 100), 29);
  EXPECT_EQ(allowed_failures(0.07, 100), 7);
  EXPECT_EQ(allowed_failures(0.1, 200'000), 20'000);
}

}  // namespace
}  // namespace csm
