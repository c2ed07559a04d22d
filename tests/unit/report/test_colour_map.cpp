#include <gtest/gtest.h>

#include <cmath>

#include "colour_map.h"

namespace csm::test {
namespace {

/// CIELAB lightness of an sRGB colour under D65. [CIE 15:2004]
double lightness(const Rgb& colour) {
  const auto linear = [](std::uint8_t value) {
    const double v = value / 255.0;
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
  };
  const double y =
      0.2126729 * linear(colour[0]) + 0.7151522 * linear(colour[1]) + 0.0721750 * linear(colour[2]);
  return y > 216.0 / 24389 ? 116 * std::cbrt(y) - 16 : y * 24389 / 27;
}

TEST(ColourMapTest, sequential_colours_get_lighter_at_every_step) {
  for (int i = 1; i <= 64; ++i) {
    EXPECT_GT(lightness(sequential_colour(i / 64.0)), lightness(sequential_colour((i - 1) / 64.0)))
        << i;
  }
}

TEST(ColourMapTest, lightness_of_diverging_colours_falls_evenly_and_alike_on_both_sides) {
  // Rounding to 8 bits moves the lightness by up to 0.5 / 255 * 116 = 0.23, more in the dark blues.
  for (int i = 0; i <= 20; ++i) {
    const double t = i / 20.0;
    EXPECT_NEAR(lightness(diverging_colour(t)), 97 - 57 * t, 0.6) << t;
    EXPECT_NEAR(lightness(diverging_colour(-t)), 97 - 57 * t, 0.6) << -t;
  }
}

TEST(ColourMapTest, zero_is_neutral_and_the_signs_are_red_and_blue) {
  const Rgb zero = diverging_colour(0);
  EXPECT_NEAR(zero[0], zero[1], 1);
  EXPECT_NEAR(zero[1], zero[2], 1);
  EXPECT_GT(diverging_colour(1)[0], diverging_colour(1)[2] + 100);
  EXPECT_GT(diverging_colour(-1)[2], diverging_colour(-1)[0] + 100);
}

TEST(ColourMapTest, values_beyond_the_scale_get_its_ends) {
  const ColourScale positive{0, 2, false};
  EXPECT_EQ(colour_of(positive, 5), sequential_colour(1));
  EXPECT_EQ(colour_of(positive, -5), sequential_colour(0));
  EXPECT_EQ(colour_of(positive, 1), sequential_colour(0.5));
  const ColourScale both{-2, 2, true};
  EXPECT_EQ(colour_of(both, -9), diverging_colour(-1));
  EXPECT_EQ(colour_of(both, 1), diverging_colour(0.5));
}

}  // namespace
}  // namespace csm::test
