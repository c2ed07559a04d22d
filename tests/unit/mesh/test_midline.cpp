#include <gtest/gtest.h>

#include "csm/core/error.h"
#include "csm/mesh/canonical_face.h"

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

/// 21 x 21 vertices on 80 x 80 px, each row moved by `slant` times its height.
CanonicalFace slanted_face(double slant) {
  std::vector<Point2> vertices;
  for (int row = 0; row <= 20; ++row) {
    for (int column = 0; column <= 20; ++column)
      vertices.push_back({10 + 4.0 * column + slant * 4.0 * row, 4.0 * row});
  }
  return face_with(vertices);
}

TEST(Midline, a_symmetric_face_is_its_own_mirror_image) {
  EXPECT_EQ(asymmetry_of(slanted_face(0)), 0);
  EXPECT_EQ(asymmetry_of(face_with({{20, 50}, {80, 50}, {40, 30}, {60, 30}, {50, 70}})), 0);
}

TEST(Midline, a_face_turned_aside_is_not) { EXPECT_GT(asymmetry_of(slanted_face(1.5)), 0.03); }

}  // namespace
}  // namespace csm
