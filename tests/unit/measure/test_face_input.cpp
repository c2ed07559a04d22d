#include <gtest/gtest.h>

#include "csm/measure/face_input.h"

namespace csm {
namespace {

TEST(MirrorFace, exchanges_left_and_right_of_picture_vertices_and_patches) {
  constexpr int height = 8;
  constexpr int width = 12;
  FaceInput face;
  face.picture = RgbImage(height, width);
  face.picture.pixel(2, 1)[0] = 255;
  face.vertices = {{1.5, 2.5}, {6.5, 4.5}, {10.5, 6.5}, {3, 3}};
  face.plan = plan_patches(face.vertices, std::vector<unsigned char>{1, 1, 1, 0}, 3, height, width);
  const FaceInput mirrored = mirror_face(face, 3);
  EXPECT_EQ(mirrored.picture.pixel(2, 10)[0], 255);
  EXPECT_EQ(mirrored.picture.pixel(2, 1)[0], 0);
  EXPECT_EQ(mirrored.vertices[0].x, 10.5);
  EXPECT_EQ(mirrored.vertices[0].y, 2.5);
  EXPECT_EQ(mirrored.plan.n_used_vertices, 3);
  EXPECT_FALSE(mirrored.plan.patch_of_vertex[VertexId(3)]) << "what was not used stays so";
  const PatchRect& bright =
      mirrored.plan.patches[mirrored.plan.patch_of_vertex[VertexId(0)].value().index()];
  EXPECT_TRUE(bright.x1 <= 10 && 10 < bright.x2 && bright.y1 <= 2 && 2 < bright.y2);
  const FaceInput again = mirror_face(mirrored, 3);
  EXPECT_EQ(again.picture.values, face.picture.values);
  EXPECT_EQ(again.plan.patches, face.plan.patches);
}

}  // namespace
}  // namespace csm
