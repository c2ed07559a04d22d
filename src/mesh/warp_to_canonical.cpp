#include <algorithm>
#include <cmath>

#include "csm/core/error.h"
#include "csm/mesh/crop.h"

namespace csm {
namespace {

/// The bilinear value at p [px]; the border pixels go on outside.
void sample_bilinear(const RgbImage& image, double x, double y, std::uint8_t* target) {
  const double column = std::clamp(x - 0.5, 0.0, image.width - 1.0);
  const double row = std::clamp(y - 0.5, 0.0, image.height - 1.0);
  const int left = static_cast<int>(column);
  const int top = static_cast<int>(row);
  const int right = std::min(left + 1, image.width - 1);
  const int bottom = std::min(top + 1, image.height - 1);
  const double fx = column - left;
  const double fy = row - top;
  for (int c = 0; c < 3; ++c) {
    const double upper = (1 - fx) * image.pixel(top, left)[c] + fx * image.pixel(top, right)[c];
    const double lower = (1 - fx) * image.pixel(bottom, left)[c] + fx * image.pixel(bottom, right)[c];
    target[c] = static_cast<std::uint8_t>(std::lround((1 - fy) * upper + fy * lower));
  }
}

}  // namespace

RgbImage warp_to_canonical(const RgbImage& image, const FittedFace& face, const CanonicalFace& canonical) {
  CSM_EXPECT(face.surface.size() == canonical.surface.vertices.size());
  const int size = canonical.size;
  // A face much larger than F is shrunk first, so that single pixels of it do not stand for whole areas.
  double scale = 1;
  const RgbImage* source = &image;
  RgbImage shrunk;
  if (std::max(face.box.width, face.box.height) > 2.0 * size) {
    scale = 1.5 * size / std::max(face.box.width, face.box.height);
    const int height = std::max(1, static_cast<int>(std::lround(image.height * scale)));
    const int width = std::max(1, static_cast<int>(std::lround(image.width * scale)));
    shrunk = warp_image(image, {scale, 0, 0, 0, scale, 0}, height, width);
    source = &shrunk;
  }
  RgbImage result(size, size);
  for (int row = 0; row < size; ++row) {
    const std::span<const int> triangles = canonical.pixels.triangle.row(row);
    const std::span<const std::array<float, 3>> weights = canonical.pixels.weights.row(row);
    for (int column = 0; column < size; ++column) {
      const int triangle = triangles[static_cast<std::size_t>(column)];
      if (triangle < 0) continue;
      const Triangle& corners = canonical.surface.triangles[static_cast<std::size_t>(triangle)];
      double x = 0;
      double y = 0;
      for (std::size_t i = 0; i < 3; ++i) {
        const double weight = static_cast<double>(weights[static_cast<std::size_t>(column)][i]);
        const Point2& p = face.surface[static_cast<std::size_t>(corners[i])];
        x += weight * p.x;
        y += weight * p.y;
      }
      sample_bilinear(*source, x * scale, y * scale, result.pixel(row, column));
    }
  }
  return result;
}

}  // namespace csm
