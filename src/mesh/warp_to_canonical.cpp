#include <algorithm>
#include <cmath>

#include "csm/core/error.h"
#include "csm/mesh/crop.h"

namespace csm {
namespace {

/// The bilinear value at (x, y) [px]; the border pixels go on outside.
void sample_bilinear(const RgbImage& image, float x, float y, std::uint8_t* target) {
  const float column = std::clamp(x - 0.5F, 0.0F, static_cast<float>(image.width - 1));
  const float row = std::clamp(y - 0.5F, 0.0F, static_cast<float>(image.height - 1));
  const int left = static_cast<int>(column);
  const int top = static_cast<int>(row);
  const int right = std::min(left + 1, image.width - 1);
  const int bottom = std::min(top + 1, image.height - 1);
  const float fx = column - static_cast<float>(left);
  const float fy = row - static_cast<float>(top);
  const std::uint8_t* const pixels[4] = {image.pixel(top, left), image.pixel(top, right),
                                         image.pixel(bottom, left), image.pixel(bottom, right)};
  const float shares[4] = {(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy};
  for (int c = 0; c < 3; ++c) {
    float value = 0.5F;  // the cast cuts
    for (int i = 0; i < 4; ++i) value += shares[i] * static_cast<float>(pixels[i][c]);
    target[c] = static_cast<std::uint8_t>(value);
  }
}

}  // namespace

RgbImage warp_to_canonical(const RgbImage& image, const FittedFace& face,
                           const CanonicalFace& canonical) {
  CSM_EXPECT(face.surface.size() == canonical.surface.vertices.size());
  const int size = canonical.size;

  // A face much larger than F is shrunk first, so that single pixels of it do not represent whole
  // areas.
  float scale = 1;
  const RgbImage* source = &image;
  RgbImage shrunk;
  if (std::max(face.box.width, face.box.height) > 2.0 * size) {
    scale = static_cast<float>(1.5 * size / std::max(face.box.width, face.box.height));
    const int height = std::max(1, round_to_int(static_cast<float>(image.height) * scale));
    const int width = std::max(1, round_to_int(static_cast<float>(image.width) * scale));
    shrunk = warp_image(image, {scale, 0, 0, 0, scale, 0}, height, width);
    source = &shrunk;
  }

  // Each pixel of F takes the image's colour at its place on the same triangle.
  RgbImage result(size, size);
  for (int row = 0; row < size; ++row) {
    const std::span<const int> triangles = canonical.pixels.triangle.row(row);
    const std::span<const std::array<float, 3>> weights = canonical.pixels.weights.row(row);
    for (int column = 0; column < size; ++column) {
      const int triangle = triangles[column];
      if (triangle < 0) continue;
      const Triangle& corners = canonical.surface.triangles[triangle];
      float x = 0;
      float y = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        const float weight = weights[column][i];
        const Point2& p = face.surface[corners[i]];
        x += weight * static_cast<float>(p.x);
        y += weight * static_cast<float>(p.y);
      }
      sample_bilinear(*source, scale * x, scale * y, result.pixel(row, column));
    }
  }
  return result;
}

}  // namespace csm
