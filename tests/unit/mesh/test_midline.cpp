#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/mesh/midline.h"

namespace csm {
namespace {

CanonicalFace face_with(const std::vector<Point2>& vertices) {
  CanonicalFace face;
  face.size = 100;
  face.vertices = vertices;
  for (const Point2 vertex : vertices) face.surface.vertices.push_back({vertex.x, vertex.y, 0});
  return face;
}

TEST(Midline, lies_between_the_outermost_vertices) {
  EXPECT_EQ(midline_of(face_with({{20, 50}, {70, 40}, {60, 5}})), 45);
  EXPECT_THROW(midline_of(CanonicalFace{}), ContractError);
}

TEST(Midline, a_symmetric_face_is_its_own_mirror_image) {
  EXPECT_NEAR(asymmetry_of(face_with({{20, 50}, {80, 50}, {40, 30}, {60, 30}, {50, 70}})), 0, 1e-12);
}

TEST(Midline, a_face_turned_aside_is_not) {
  // (40, 30) mirrors to (60, 30), 20 px from its nearest vertex; the other two are each other's mirror images.
  EXPECT_NEAR(asymmetry_of(face_with({{20, 50}, {80, 50}, {40, 30}})), 20.0 / 3 / 60, 1e-12);
}

}  // namespace
}  // namespace csm
