#include <gtest/gtest.h>

#include <cmath>

#include "face_landmarker.h"

namespace csm {
namespace {

void expect_near(Point2 p, double x, double y) {
  EXPECT_NEAR(p.x, x, 1e-9);
  EXPECT_NEAR(p.y, y, 1e-9);
}

TEST(FaceCrop, OfADetectionIsSquareAndFollowsTheEyes) {
  Detection detection;
  detection.box = {10, 20, 40, 60};
  detection.points[0] = {20, 40};
  detection.points[1] = {40, 60};  // the subject's left eye lower: the head leans to the own left
  const FaceCrop crop = crop_of_detection(detection);
  expect_near(crop.centre, 30, 50);
  EXPECT_NEAR(crop.side, 90, 1e-12);
  EXPECT_NEAR(crop.angle, std::atan(1.0), 1e-12);
}

TEST(FaceCrop, MapsItsCentreAndItsEyeLineLevelIntoTheInput) {
  const FaceCrop crop{{100, 80}, 60, 0.5};
  const Affine2 map = to_network_input(crop, 192, 192);
  expect_near(map({100, 80}), 96, 96);
  expect_near(map({100 + 30 * std::cos(0.5), 80 + 30 * std::sin(0.5)}), 192, 96);
  expect_near(map({100 - 30 * std::sin(0.5), 80 + 30 * std::cos(0.5)}), 96, 192);
}

TEST(FaceCrop, OfLandmarksIsTheBoxInTheFrameOfTheEyeLine) {
  // A rectangle of 40 x 80 px round (200, 100), turned by 0.3 about it; the eyes on its middle
  // line.
  const double angle = 0.3;
  const auto turned = [&](double x, double y) {
    return Point3{200 + std::cos(angle) * x - std::sin(angle) * y,
                  100 + std::sin(angle) * x + std::cos(angle) * y, 0};
  };
  std::vector<Point3> landmarks(468, turned(0, 0));
  landmarks[0] = turned(-20, -40);
  landmarks[1] = turned(20, 40);
  landmarks[33] = turned(-10, -5);
  landmarks[263] = turned(10, -5);
  const FaceCrop crop = crop_of_landmarks(landmarks);
  expect_near(crop.centre, 200, 100);
  EXPECT_NEAR(crop.side, 120, 1e-9);
  EXPECT_NEAR(crop.angle, angle, 1e-12);
}

TEST(FivePoints, AreTheSubjectsRightEyeFirst) {
  std::vector<Point3> landmarks(468);
  landmarks[33] = {1, 2, 0};
  landmarks[133] = {3, 4, 0};
  landmarks[362] = {10, 2, 0};
  landmarks[263] = {14, 6, 0};
  landmarks[1] = {7, 8, 0};
  landmarks[61] = {5, 12, 0};
  landmarks[291] = {9, 13, 0};
  const auto points = five_points_of(landmarks);
  EXPECT_EQ(points, (std::array<Point2, 5>{{{2, 3}, {12, 4}, {7, 8}, {5, 12}, {9, 13}}}));
}

}  // namespace
}  // namespace csm
