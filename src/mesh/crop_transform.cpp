#include <cmath>

#include "csm/core/error.h"
#include "csm/mesh/crop.h"

namespace csm {
namespace {

/// The least-squares similarity without reflection from `source` to `target` (Umeyama 1991; in the
/// plane it is closed: with points as complex numbers, target = m * source + shift).
Affine2 fit_similarity(const std::array<Point2, 5>& source, const std::array<Point2, 5>& target) {
  // Both about their means.
  Point2 source_mean;
  Point2 target_mean;
  for (std::size_t i = 0; i < source.size(); ++i) {
    source_mean = {source_mean.x + source[i].x / 5, source_mean.y + source[i].y / 5};
    target_mean = {target_mean.x + target[i].x / 5, target_mean.y + target[i].y / 5};
  }

  // m is the sum of target * conj(source) over that of |source|^2.
  double along = 0;
  double across = 0;
  double spread = 0;
  for (std::size_t i = 0; i < source.size(); ++i) {
    const Point2 s{source[i].x - source_mean.x, source[i].y - source_mean.y};
    const Point2 t{target[i].x - target_mean.x, target[i].y - target_mean.y};
    along += s.x * t.x + s.y * t.y;
    across += s.x * t.y - s.y * t.x;
    spread += s.x * s.x + s.y * s.y;
  }
  if (!(spread > 0) || std::hypot(along, across) <= 0) {
    throw ImageError("no five points",
                     "this mesh does not name eyes, nose and mouth, which the model's crop needs");
  }

  const double real = along / spread;
  const double imaginary = across / spread;
  return {real,      -imaginary, target_mean.x - real * source_mean.x + imaginary * source_mean.y,
          imaginary, real,       target_mean.y - imaginary * source_mean.x - real * source_mean.y};
}

}  // namespace

Affine2 crop_transform(const RgbImage& image, const FittedFace& face, const CropContract& crop,
                       const InputContract& input) {
  const double width = input.width;
  const double height = input.height;
  switch (crop.rule) {
    case CropRule::whole_image:
      return {width / image.width, 0, 0, 0, height / image.height, 0};
    case CropRule::five_points:
      return fit_similarity(face.five_points, crop.five_points);
    case CropRule::face_box:
      break;
  }
  const double side = crop.scale * std::max(face.box.width, face.box.height);
  CSM_EXPECT(side > 0);
  const double centre_x = face.box.x + face.box.width / 2;
  const double centre_y = face.box.y + face.box.height / 2;
  const double zoom_x = width / side;
  const double zoom_y = height / side;
  return {zoom_x, 0, width / 2 - zoom_x * centre_x, 0, zoom_y, height / 2 - zoom_y * centre_y};
}

}  // namespace csm
