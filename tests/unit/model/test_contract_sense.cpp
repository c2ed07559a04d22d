#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "contract_sense.h"

namespace csm {
namespace {

using testing::HasSubstr;
using Points = std::array<Point2, 5>;

constexpr Points arcface = {{{38.2946, 51.6963},
                             {73.5318, 51.5014},
                             {56.0252, 71.7366},
                             {41.5493, 92.3655},
                             {70.7299, 92.2041}}};

Points changed(const std::array<int, 5>& order, double factor = 1) {
  Points points;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point2 from = arcface[static_cast<std::size_t>(order[i])];
    points[i] = {from.x * factor, from.y * factor};
  }
  return points;
}

std::string fault(const Points& points, int height = 112, int width = 112) {
  return fault_of_five_points(points, height, width).value_or("");
}

TEST(FaultOfMean, tells_the_scale_and_gives_the_right_numbers) {
  EXPECT_EQ(fault_of_mean({123.675, 116.28, 103.53}), std::nullopt);
  EXPECT_EQ(fault_of_mean({0, 0, 0}), std::nullopt);
  EXPECT_THAT(fault_of_mean({0.485, 0.456, 0.406}).value_or(""),
              HasSubstr("[123.675, 116.28, 103.53]"));
  EXPECT_THAT(fault_of_mean({0.5, 0.5, 0}).value_or(""), HasSubstr("[127.5, 127.5, 0]"));
  EXPECT_THAT(fault_of_mean({300, 0, 0}).value_or(""), HasSubstr("not a colour"));
  EXPECT_THAT(fault_of_mean({-103.9, -116.8, -123.7}).value_or(""), HasSubstr("not a colour"));
}

TEST(FaultOfStd, tells_the_scale_and_gives_the_right_numbers) {
  for (const double value : {1.0, 57.375, 128.0, 255.0, 256.0}) {
    EXPECT_EQ(fault_of_std({value, value, value}), std::nullopt) << value;
  }
  EXPECT_THAT(fault_of_std({0.229, 0.224, 0.225}).value_or(""),
              HasSubstr("[58.395, 57.12, 57.375]"));
  EXPECT_THAT(fault_of_std({0.0078125, 0.0078125, 0.0078125}).value_or(""),
              HasSubstr("[128, 128, 128]"));
  EXPECT_THAT(fault_of_std({14891, 14566, 14631}).value_or(""), HasSubstr("look the same"));
  EXPECT_THAT(fault_of_std({1, 0, 1}).value_or(""), HasSubstr("above 0"));
}

TEST(FaultOfCropScale, is_none_from_half_to_five_times_the_face) {
  for (const double scale : {0.5, 1.1, 2.0, 5.0})
    EXPECT_EQ(fault_of_crop_scale(scale), std::nullopt) << scale;
  for (const double scale : {0.1, 0.49, 5.1, 112.0})
    EXPECT_NE(fault_of_crop_scale(scale), std::nullopt) << scale;
}

TEST(FaultOfFivePoints, accepts_the_usual_templates) {
  EXPECT_EQ(fault(arcface), "");
  EXPECT_EQ(fault(changed({0, 1, 2, 3, 4}, 2), 224, 224), "");
  Points narrow = arcface;  // the template of 112 x 96
  for (Point2& point : narrow) point.x -= 8;
  EXPECT_EQ(fault(narrow, 112, 96), "");
}

TEST(FaultOfFivePoints, names_what_is_wrong) {
  EXPECT_THAT(fault(changed({0, 1, 2, 3, 4}, 1 / 112.0)), HasSubstr("0..1"));
  EXPECT_THAT(fault(changed({1, 0, 2, 4, 3})), HasSubstr("sides exchanged"));
  EXPECT_THAT(fault(changed({0, 1, 2, 4, 3})), HasSubstr("sides exchanged"));
  EXPECT_THAT(fault(changed({3, 4, 2, 0, 1})), HasSubstr("top to bottom"));
  EXPECT_THAT(fault(changed({2, 0, 1, 3, 4})), HasSubstr("above each other"));
  EXPECT_THAT(fault(changed({0, 1, 2, 3, 4}, 2)), HasSubstr("outside"));
  EXPECT_THAT(fault(arcface, 224, 224), HasSubstr("another input size"));
  Points turned = arcface;
  for (Point2& point : turned) point = {point.y, point.x};
  EXPECT_THAT(fault(turned), HasSubstr("x and y exchanged"));
}

TEST(FaultOfClasses, refuses_empty_names_and_doubles) {
  EXPECT_EQ(fault_of_classes(std::vector<std::string>{"male", "female"}), std::nullopt);
  EXPECT_NE(fault_of_classes(std::vector<std::string>{"male", ""}), std::nullopt);
  EXPECT_NE(fault_of_classes(std::vector<std::string>{"male", "Male"}), std::nullopt);
}

}  // namespace
}  // namespace csm
