#include <gtest/gtest.h>

#include "csm/saliency/mean_face.h"

namespace csm {
namespace {

TEST(MeanFaceSums, rounds_the_mean_of_each_channel) {
  RgbImage first(2, 2);
  RgbImage second(2, 2);
  first.pixel(1, 0)[2] = 10;
  second.pixel(1, 0)[2] = 13;
  second.pixel(0, 1)[0] = 254;
  MeanFaceSums sums(2);
  sums.add(first);
  sums.add(second);
  const RgbImage mean = sums.to_image();
  EXPECT_EQ(mean.pixel(1, 0)[2], 12);
  EXPECT_EQ(mean.pixel(0, 1)[0], 127);
  EXPECT_EQ(mean.pixel(0, 0)[0], 0);
}

TEST(MeanFaceSums, is_black_without_faces) {
  EXPECT_EQ(MeanFaceSums(3).to_image().values, std::vector<std::uint8_t>(27, 0));
}

}  // namespace
}  // namespace csm
