#include <gtest/gtest.h>

#include "csm/core/image.h"

namespace csm::test {
namespace {

TEST(ImageTest, pixels_are_interleaved_and_row_major) {
  RgbImage image(2, 3);
  EXPECT_EQ(image.values.size(), 18U);
  image.pixel(1, 2)[1] = 9;
  EXPECT_EQ(image.values[(1 * 3 + 2) * 3 + 1], 9);
}

}  // namespace
}  // namespace csm::test
