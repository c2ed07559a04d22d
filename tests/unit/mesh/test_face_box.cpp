#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "csm/core/error.h"
#include "detection.h"
#include "face_landmarker.h"
#include "support/message_of.h"

namespace csm {
namespace {

using test::message_of;

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string reason(const Box& box) {
  return message_of<ImageError>([&] { check_face_box(box, 300, 200); });
}

TEST(FaceBox, may_reach_over_the_border) {
  EXPECT_NO_THROW(check_face_box({0, 0, 200, 300}, 300, 200));
  EXPECT_NO_THROW(check_face_box({-30, -20, 100, 100}, 300, 200));
  EXPECT_NO_THROW(check_face_box({0, 0, 2, 2}, 300, 200));
}

TEST(FaceBox, is_refused_off_the_photo_and_in_shares) {
  EXPECT_THAT(reason({0.25, 0.3, 0.4, 0.4}),
              AllOf(StartsWith("the face box is not in px"), HasSubstr("200 x 300 px")));
  EXPECT_THAT(reason({500, 20, 100, 100}),
              StartsWith("the face box lies off the photo: face_x 500, face_y 20"));
  EXPECT_THAT(reason({120, 180, 190, 280}),
              AllOf(StartsWith("the face box lies off the photo"), HasSubstr("lower edge")))
      << "x2 and y2 in the place of width and height";
  EXPECT_THAT(reason({-90, 0, 100, 100}), StartsWith("the face box lies off the photo"));
}

TEST(FaceBox, is_of_the_detection_under_it) {
  const std::vector<Detection> faces = {{.box = {10, 10, 80, 80}}, {.box = {110, 20, 70, 70}}};
  EXPECT_EQ(find_under(faces, {115, 15, 80, 80}), &faces[1]);
  EXPECT_EQ(find_under(faces, {40, 200, 80, 80}), nullptr);
  EXPECT_EQ(find_under(faces, {75, 75, 60, 60}), nullptr) << "a corner is not a face";
}

TEST(FaceBox, shows_corners_by_what_fits_better) {
  const std::vector<Detection> faces = {{.box = {60, 70, 80, 80}}};
  EXPECT_TRUE(looks_like_corners(faces, {62, 66, 142, 148}));
  EXPECT_FALSE(looks_like_corners(faces, {62, 66, 80, 84}));
  EXPECT_FALSE(looks_like_corners(std::vector<Detection>{{.box = {0, 0, 80, 80}}}, {0, 0, 80, 80}))
      << "both are one";
}

TEST(TurnImage, turns_pixels_and_boxes_counter_clockwise) {
  RgbImage image(2, 3);
  for (int row = 0; row < 2; ++row) {
    for (int column = 0; column < 3; ++column)
      image.pixel(row, column)[0] = static_cast<std::uint8_t>(10 * row + column);
  }
  const RgbImage turned = turn_image(image);
  ASSERT_EQ(turned.height, 3);
  ASSERT_EQ(turned.width, 2);
  EXPECT_EQ(turned.pixel(0, 0)[0], 2) << "the upper right corner comes to the upper left";
  EXPECT_EQ(turned.pixel(0, 1)[0], 12);
  EXPECT_EQ(turned.pixel(2, 0)[0], 0);
  EXPECT_EQ(turn_box({1, 0, 2, 1}, 3), (Box{0, 0, 1, 2}));
  EXPECT_EQ(turn_box({0, 1, 1, 1}, 3), (Box{1, 2, 1, 1}));
}

}  // namespace
}  // namespace csm
