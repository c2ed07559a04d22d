#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include "csm/model/input.h"

namespace csm {
namespace {

TEST(NormaliseInput, puts_channels_in_the_order_of_the_contract) {
  RgbImage image(2, 3);
  image.pixel(1, 2)[0] = 10;  // red
  image.pixel(1, 2)[1] = 20;
  image.pixel(1, 2)[2] = 30;
  InputContract contract{
      .height = 2, .width = 3, .colour = ColourOrder::bgr, .mean = {1, 2, 3}, .std = {2, 4, 8}};
  const at::Tensor bgr = normalise_input(image, contract);
  ASSERT_EQ(bgr.sizes(), (at::IntArrayRef{1, 3, 2, 3}));
  EXPECT_FLOAT_EQ(bgr[0][0][1][2].item<float>(), (30 - 1) / 2.0F);
  EXPECT_FLOAT_EQ(bgr[0][1][1][2].item<float>(), (20 - 2) / 4.0F);
  EXPECT_FLOAT_EQ(bgr[0][2][1][2].item<float>(), (10 - 3) / 8.0F);
  contract.colour = ColourOrder::rgb;
  EXPECT_FLOAT_EQ(normalise_input(image, contract)[0][0][1][2].item<float>(), (10 - 1) / 2.0F);
  EXPECT_FLOAT_EQ(normalise_input(image, contract)[0][0][0][0].item<float>(), -0.5F);
}

}  // namespace
}  // namespace csm
