#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "csm/model/fill.h"

namespace csm {
namespace {

InputContract contract(ColourOrder colour) {
  return {.height = 6, .width = 8, .colour = colour, .mean = {100, 110, 120}, .std = {10, 20, 30}};
}

at::Tensor picture() { return at::arange(3 * 6 * 8, at::kFloat).reshape({1, 3, 6, 8}); }

TEST(FillPicture, mean_is_zero_after_normalisation) {
  const at::Tensor fill =
      fill_image({FillKind::mean, {}}, picture(), contract(ColourOrder::rgb), 3, 1);
  EXPECT_TRUE(at::equal(fill, at::zeros_like(picture())));
  EXPECT_EQ(fill_remark(contract(ColourOrder::rgb)), "");
}

TEST(FillPicture, mean_is_one_colour_wherever_the_normalisation_is) {
  // x = (value - mean) / std, once in the contract and once in the network, which gets value / 255.
  const InputContract outside = contract(ColourOrder::rgb);
  const InputContract inside{.height = 6,
                             .width = 8,
                             .colour = ColourOrder::rgb,
                             .mean = {0, 0, 0},
                             .std = {255, 255, 255},
                             .fill = outside.mean};
  const at::Tensor of_inside = fill_image({FillKind::mean, {}}, picture(), inside, 3, 1);
  const at::Tensor of_outside = fill_image({FillKind::mean, {}}, picture(), outside, 3, 1);
  for (int channel = 0; channel < 3; ++channel) {
    const auto at = static_cast<std::size_t>(channel);
    const double value = 255 * of_inside[0][channel][5][7].item<double>();
    EXPECT_NEAR((value - outside.mean[at]) / outside.std[at],
                of_outside[0][channel][5][7].item<double>(), 1e-5);
  }
  EXPECT_EQ(fill_remark(inside), "");
}

TEST(FillPicture, mean_is_a_stated_colour_where_the_contract_has_none) {
  InputContract input{
      .height = 6, .width = 8, .colour = ColourOrder::bgr, .mean = {0, 0, 0}, .std = {1, 1, 1}};
  EXPECT_EQ(fill_colour(input), (std::array<double, 3>{104, 116, 124}));
  EXPECT_NE(fill_remark(input).find("7c7468"), std::string::npos);
  input.fill = {1, 2, 3};
  EXPECT_FLOAT_EQ(
      fill_image({FillKind::mean, {}}, picture(), input, 3, 1)[0][2][0][0].item<float>(), 3.0F);
}

TEST(FillPicture, zero_is_black) {
  const at::Tensor fill =
      fill_image({FillKind::zero, {}}, picture(), contract(ColourOrder::rgb), 3, 1);
  ASSERT_EQ(fill.sizes(), (at::IntArrayRef{1, 3, 6, 8}));
  EXPECT_FLOAT_EQ(fill[0][2][5][7].item<float>(), -4.0F);
}

TEST(FillPicture, colour_is_given_as_rgb_for_either_channel_order) {
  const Fill red{FillKind::colour, {255, 0, 0}};
  EXPECT_FLOAT_EQ(
      fill_image(red, picture(), contract(ColourOrder::rgb), 3, 1)[0][0][0][0].item<float>(),
      15.5F);
  EXPECT_FLOAT_EQ(
      fill_image(red, picture(), contract(ColourOrder::bgr), 3, 1)[0][2][0][0].item<float>(), 4.5F);
}

TEST(FillPicture, blur_keeps_a_flat_picture_and_flattens_another) {
  const at::Tensor flat = at::full({1, 3, 6, 8}, 0.5F);
  EXPECT_TRUE(
      at::allclose(fill_image({FillKind::blur, {}}, flat, contract(ColourOrder::rgb), 3, 1), flat));
  const at::Tensor blurred =
      fill_image({FillKind::blur, {}}, picture(), contract(ColourOrder::rgb), 3, 1);
  EXPECT_LT((blurred[0][0].max() - blurred[0][0].min()).item<float>(),
            (picture()[0][0].max() - picture()[0][0].min()).item<float>() / 2);
}

TEST(FillPicture, noise_is_a_function_of_the_seed) {
  const Fill noise{FillKind::noise, {}};
  const at::Tensor first = fill_image(noise, picture(), contract(ColourOrder::rgb), 3, 1);
  EXPECT_TRUE(at::equal(first, fill_image(noise, picture(), contract(ColourOrder::rgb), 3, 1)));
  EXPECT_FALSE(at::equal(first, fill_image(noise, picture(), contract(ColourOrder::rgb), 3, 2)));
  EXPECT_GE(first[0][0].min().item<float>(), -10.0F);
  EXPECT_LE(first[0][0].max().item<float>(), 15.5F);
}

}  // namespace
}  // namespace csm
