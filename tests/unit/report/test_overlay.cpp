#include <gtest/gtest.h>

#include <limits>

#include "colour_map.h"
#include "csm/core/error.h"
#include "csm/report/pictures.h"

namespace csm::test {
namespace {

class OverlayTest : public testing::Test {
 protected:
  OverlayTest() {
    for (std::uint8_t& value : face.values) value = 100;
  }

  Rgb pixel(const ColourScale& scale, int row, int column) const {
    const RgbImage overlay = overlay_map(map, count, face, scale);
    const std::uint8_t* rgb = overlay.pixel(row, column);
    return {rgb[0], rgb[1], rgb[2]};
  }

  Grid<float> map{3, 5};
  Grid<std::int64_t> count{3, 5, 2};
  RgbImage face{3, 5};
  const Rgb grey{100, 100, 100};
};

TEST_F(OverlayTest, shows_the_face_where_the_map_is_zero_or_unknown_or_uncovered) {
  map(1, 3) = 1;
  count(1, 3) = 0;
  map(2, 4) = std::numeric_limits<float>::quiet_NaN();
  EXPECT_EQ(pixel({-1, 1, true}, 0, 0), grey);
  EXPECT_EQ(pixel({-1, 1, true}, 1, 3), grey);
  EXPECT_EQ(pixel({-1, 1, true}, 2, 4), grey);
}

TEST_F(OverlayTest, shows_the_face_where_fewer_than_one_image_in_ten_tell_of_it) {
  for (float& value : map.values()) value = 1;
  for (const int most : {1, 10, 11, 21}) {
    count(0, 0) = most;
    count(1, 3) = 1;
    count(2, 1) = 2;
    EXPECT_EQ(pixel({-1, 1, true}, 1, 3) == grey, most > 10) << most;
    EXPECT_EQ(pixel({-1, 1, true}, 2, 1) == grey, most > 20) << most;
  }
}

TEST_F(OverlayTest, shows_mostly_the_maps_colour_where_it_is_strong) {
  map(2, 4) = 1;
  map(0, 1) = -1;
  const Rgb strong = pixel({-1, 1, true}, 2, 4);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_NEAR(strong[i], 0.75 * diverging_colour(1)[i] + 0.25 * 100, 1);
  EXPECT_GT(pixel({-1, 1, true}, 0, 1)[2], pixel({-1, 1, true}, 0, 1)[0]);
  EXPECT_EQ(pixel({-1, 1, true}, 1, 0), grey) << "rows and columns are not mixed up";
}

TEST_F(OverlayTest, hides_negative_values_below_a_scale_that_begins_at_zero) {
  map(1, 2) = -1;
  EXPECT_EQ(pixel({0, 1, false}, 1, 2), grey);
}

TEST_F(OverlayTest, turns_the_face_grey) {
  face.pixel(0, 4)[0] = 255;
  face.pixel(0, 4)[1] = 0;
  face.pixel(0, 4)[2] = 0;
  EXPECT_EQ(pixel({0, 1, false}, 0, 4), (Rgb{76, 76, 76}));  // 0.299 * 255
}

TEST_F(OverlayTest, a_face_of_another_shape_is_our_own_mistake) {
  EXPECT_THROW(overlay_map(map, count, RgbImage(5, 3), {}), ContractError);
}

}  // namespace
}  // namespace csm::test
