#include "mirror_face.h"

#include <algorithm>

namespace csm {

FaceInput mirror_face(const FaceInput& face, int patch_size) {
  FaceInput mirrored;
  const int width = face.picture.width;
  mirrored.picture = RgbImage(face.picture.height, width);
  for (int row = 0; row < face.picture.height; ++row) {
    for (int column = 0; column < width; ++column) {
      const std::uint8_t* source = face.picture.pixel(row, width - 1 - column);
      std::copy_n(source, 3, mirrored.picture.pixel(row, column));
    }
  }
  std::vector<unsigned char> is_used;
  for (std::size_t i = 0; i < face.vertices.size(); ++i) {
    mirrored.vertices.push_back({width - face.vertices[i].x, face.vertices[i].y});
    is_used.push_back(face.plan.patch_of_vertex[VertexId(i)] ? 1 : 0);
  }
  mirrored.plan = plan_patches(mirrored.vertices, is_used, patch_size, face.picture.height, width);
  return mirrored;
}

}  // namespace csm
