#include <gtest/gtest.h>

#include "mesh_on_face.h"

namespace csm {
namespace {

const Detection detected = {
    .box = {100, 100, 100, 100},
    .points = {{{130, 135}, {170, 135}, {150, 155}, {150, 178}, {105, 140}, {195, 140}}},
    .score = 0.9};

MeshPlace place(double scale, double shift) {
  std::array<Point2, 5> five = {{{130, 135}, {170, 135}, {150, 155}, {135, 178}, {165, 178}}};
  for (Point2& p : five) p = {150 + scale * (p.x - 150) + shift, 150 + scale * (p.y - 150)};
  return {.box = {150 - 50 * scale + shift, 150 - 50 * scale, 100 * scale, 100 * scale},
          .five_points = five};
}

TEST(MeshOnFace, goes_by_eyes_nose_and_mouth_where_they_are_known) {
  EXPECT_TRUE(lies_on(place(1, 0), detected));
  EXPECT_TRUE(lies_on(place(1.1, 5), detected));
  EXPECT_FALSE(lies_on(place(1, 20), detected));
  EXPECT_FALSE(lies_on(place(1.8, 0), detected));
  EXPECT_FALSE(lies_on(place(0.3, 0), detected));
}

TEST(MeshOnFace, goes_by_the_boxes_else) {
  const auto without_points = [](double scale, double shift, double outside) {
    MeshPlace mesh = place(scale, shift);
    mesh.five_points.reset();
    mesh.outside = outside;
    return lies_on(mesh, detected);
  };
  EXPECT_TRUE(without_points(1, 20, 0));
  EXPECT_TRUE(without_points(1.4, 0, 0)) << "a mesh with neck and ears";
  EXPECT_FALSE(without_points(1.7, 0, 0));
  EXPECT_FALSE(without_points(1, 50, 0));
  EXPECT_TRUE(without_points(1, 35, 0.1));
  EXPECT_FALSE(without_points(1, 35, 0.3)) << "off the photo too";
}

}  // namespace
}  // namespace csm
