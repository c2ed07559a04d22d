#include <gtest/gtest.h>

#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "canonical_view.h"
#include "csm/core/error.h"
#include "csm/mesh/crop.h"
#include "dense_points.h"

namespace csm {
namespace {

/// red = column, green = row, blue = 7: an image that shows where each pixel came from.
RgbImage ramp(int height, int width) {
  RgbImage image(height, width);
  for (int row = 0; row < height; ++row) {
    for (int column = 0; column < width; ++column) {
      image.pixel(row, column)[0] = static_cast<std::uint8_t>(column);
      image.pixel(row, column)[1] = static_cast<std::uint8_t>(row);
      image.pixel(row, column)[2] = 7;
    }
  }
  return image;
}

InputContract input_of(int height, int width) {
  InputContract input;
  input.height = height;
  input.width = width;
  return input;
}

void expect_at(Point2 p, double x, double y) {
  EXPECT_NEAR(p.x, x, 1e-9);
  EXPECT_NEAR(p.y, y, 1e-9);
}

TEST(CropTransform, WholeImageScalesEachAxisByItself) {
  const Affine2 map = crop_transform(ramp(50, 200), {}, {}, input_of(100, 60));
  expect_at(map({0, 0}), 0, 0);
  expect_at(map({200, 50}), 60, 100);
  expect_at(map({100, 10}), 30, 20);
}

TEST(CropTransform, FaceBoxIsASquareRoundTheBoxsCentre) {
  FittedFace face;
  face.box = {20, 10, 40, 80};  // centre (40, 50), longer side 80
  CropContract crop;
  crop.rule = CropRule::face_box;
  crop.scale = 1.25;  // side 100: from (-10, 0) to (90, 100)
  const Affine2 map = crop_transform(ramp(60, 90), face, crop, input_of(200, 200));
  expect_at(map({-10, 0}), 0, 0);
  expect_at(map({90, 100}), 200, 200);
  expect_at(map({40, 50}), 100, 100);
}

TEST(CropTransform, FivePointsGiveTheSimilarityBack) {
  FittedFace face;
  face.five_points = {{{30, 40}, {70, 38}, {52, 60}, {38, 80}, {66, 79}}};
  CropContract crop;
  crop.rule = CropRule::five_points;
  const double angle = 0.4;
  const Affine2 truth{0.7 * std::cos(angle), -0.7 * std::sin(angle), 5,
                      0.7 * std::sin(angle), 0.7 * std::cos(angle),  -3};
  for (std::size_t i = 0; i < 5; ++i) crop.five_points[i] = truth(face.five_points[i]);
  const Affine2 map = crop_transform(ramp(100, 90), face, crop, input_of(112, 112));
  for (const Point2 p : {Point2{0, 0}, Point2{80, 10}, Point2{13, 99}})
    expect_at(map(p), truth(p).x, truth(p).y);
}

TEST(CropTransform, FivePointsAreFittedByLeastSquares) {
  FittedFace face;
  face.five_points = {{{0, 0}, {10, 0}, {5, 5}, {2, 10}, {8, 10}}};
  CropContract crop;
  crop.rule = CropRule::five_points;
  crop.five_points = face.five_points;
  crop.five_points[2].x +=
      5;  // one outlier: no rotation by symmetry of the rest is kept exactly, but the mean shift is
  const Affine2 map = crop_transform(ramp(20, 20), face, crop, input_of(20, 20));
  Point2 residual;
  for (std::size_t i = 0; i < 5; ++i) {
    residual.x += map(face.five_points[i]).x - crop.five_points[i].x;
    residual.y += map(face.five_points[i]).y - crop.five_points[i].y;
  }
  expect_at(residual, 0, 0);
  EXPECT_DOUBLE_EQ(map.a, map.e);
  EXPECT_DOUBLE_EQ(map.b, -map.d);
}

TEST(CropTransform, UnknownFivePointsAreAnImageError) {
  CropContract crop;
  crop.rule = CropRule::five_points;
  crop.five_points = {{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 1}}};
  EXPECT_THROW(crop_transform(ramp(20, 20), {}, crop, input_of(20, 20)), ImageError);
}

TEST(WarpImage, ShiftsByWholePixelsWithoutChange) {
  const RgbImage image = ramp(40, 60);
  const RgbImage part = warp_image(image, {1, 0, -7, 0, 1, -11}, 20, 30);
  EXPECT_EQ(part.pixel(0, 0)[0], 7);
  EXPECT_EQ(part.pixel(0, 0)[1], 11);
  EXPECT_EQ(part.pixel(19, 29)[0], 36);
  EXPECT_EQ(part.pixel(19, 29)[1], 30);
}

TEST(WarpImage, CountsFromTheOuterCornerOfAPixel) {
  // Twice as large: output pixel 3 has its centre at 3.5 / 2 = 1.75, that is 0.25 beyond the centre
  // of pixel 1.
  RgbImage image(16, 20);
  for (int row = 0; row < 16; ++row) {
    for (int column = 0; column < 20; ++column)
      image.pixel(row, column)[0] = static_cast<std::uint8_t>(10 * column);
  }
  const RgbImage large = warp_image(image, {2, 0, 0, 0, 2, 0.25}, 32, 40);
  EXPECT_NEAR(large.pixel(8, 3)[0], 12.5, 1);
  EXPECT_NEAR(large.pixel(8, 20)[0], 97.5, 1);
}

TEST(WarpImage, IsBlackOutside) {
  RgbImage white(20, 30);
  for (auto& value : white.values) value = 255;
  const RgbImage result = warp_image(white, {1, 0, 10, 0, 1, 5}, 40, 50);
  EXPECT_EQ(result.pixel(4, 20)[0], 0);
  EXPECT_EQ(result.pixel(6, 20)[0], 255);
  EXPECT_EQ(result.pixel(10, 8)[0], 0);
  EXPECT_EQ(result.pixel(10, 12)[0], 255);
  EXPECT_EQ(result.pixel(26, 20)[0], 0);
}

TEST(WarpImage, AveragesAreasWhereItShrinks) {
  // Stripes of one pixel, 0 and 240: a shrink without averaging would show one of the two, or
  // moire.
  RgbImage stripes(160, 240);
  for (int row = 0; row < 160; ++row) {
    for (int column = 0; column < 240; ++column)
      stripes.pixel(row, column)[0] = column % 2 == 0 ? 0 : 240;
  }
  const RgbImage small = warp_image(stripes, {0.2, 0, 1.0, 0, 0.2, 1.5}, 30, 40);
  for (int column = 3; column < 40; ++column)
    EXPECT_NEAR(small.pixel(15, column)[0], 120, 25) << column;
  // The place stays right: a ramp shrunk five times reads five times its column.
  const RgbImage placed = warp_image(ramp(160, 240), {0.2, 0, 1.0, 0, 0.2, 1.5}, 30, 40);
  for (int column = 3; column < 40; ++column)
    EXPECT_NEAR(placed.pixel(15, column)[0], (column + 0.5 - 1.0) * 5 - 0.5, 1.0) << column;
  EXPECT_NEAR(placed.pixel(15, 20)[1], (15.5 - 1.5) * 5 - 0.5, 1.0);
  // A part far from the corner: only its blocks are read, and they are the same.
  const RgbImage part = warp_image(ramp(160, 240), {0.2, 0, -30.0, 0, 0.2, -20}, 8, 10);
  EXPECT_NEAR(part.pixel(4, 5)[0], (5.5 + 30) * 5 - 0.5, 1.0);
  EXPECT_NEAR(part.pixel(4, 5)[1], (4.5 + 20) * 5 - 0.5, 1.0);
}

TEST(WarpImage, TurnsAboutTheRightPoint) {
  // A quarter turn clockwise of a 40 x 60 image: (x, y) -> (40 - y, x).
  const RgbImage turned = warp_image(ramp(40, 60), {0, -1, 40, 1, 0, 0}, 60, 40);
  EXPECT_EQ(turned.pixel(0, 39)[0], 0);
  EXPECT_EQ(turned.pixel(0, 39)[1], 0);
  EXPECT_EQ(turned.pixel(59, 0)[0], 59);
  EXPECT_EQ(turned.pixel(59, 0)[1], 39);
}

TEST(WarpImage, OfTheWholeImageIsThePlainResize) {
  const RgbImage image = ramp(90, 150);
  const cv::Mat source(90, 150, CV_8UC3, const_cast<std::uint8_t*>(image.values.data()));
  for (const auto& [height, width, rule] :
       {std::tuple{31, 47, cv::INTER_AREA}, {200, 301, cv::INTER_LINEAR}}) {
    cv::Mat expected;
    cv::resize(source, expected, cv::Size(width, height), 0, 0, rule);
    const Affine2 map = crop_transform(image, {}, {}, input_of(height, width));
    const RgbImage result = warp_image(image, map, height, width);
    EXPECT_EQ(
        cv::norm(expected,
                 cv::Mat(height, width, CV_8UC3, const_cast<std::uint8_t*>(result.values.data())),
                 cv::NORM_INF),
        0);
  }
}

TEST(WarpToCanonical, PutsEveryTriangleInItsPlace) {
  CanonicalFace canonical;
  canonical.size = 64;
  canonical.surface = {{{8, 8, 0}, {56, 8, 0}, {8, 56, 0}, {56, 56, 0}}, {{0, 2, 1}, {1, 2, 3}}};
  canonical.pixels = rasterise(canonical.surface, 64, 64);
  FittedFace face;  // the square lies enlarged and moved in the image: x = 2 X + 10, y = 1.5 Y + 20
  for (const Point3& v : canonical.surface.vertices)
    face.surface.push_back({2 * v.x + 10, 1.5 * v.y + 20});
  face.box = {26, 32, 96, 72};
  const RgbImage result = warp_to_canonical(ramp(120, 200), face, canonical);
  EXPECT_EQ(result.pixel(4, 30)[2], 0) << "outside the mesh";
  EXPECT_EQ(result.pixel(30, 30)[2], 7);
  for (const int row : {9, 30, 50}) {
    for (const int column : {9, 25, 54}) {
      EXPECT_NEAR(result.pixel(row, column)[0], 2 * (column + 0.5) + 10 - 0.5, 0.51);
      EXPECT_NEAR(result.pixel(row, column)[1], 1.5 * (row + 0.5) + 20 - 0.5, 0.51);
    }
  }
}

}  // namespace
}  // namespace csm
