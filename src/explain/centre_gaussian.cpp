#include "centre_gaussian.h"

#include <algorithm>
#include <cmath>

#include "csm/core/sizes.h"
#include "explained_image.h"

namespace csm {
namespace {

MapText describe_centre_gaussian(const ConfidenceText&) {
  return {.value = "Gaussian at the centre of the face",
          .unit = "1",
          .place = "that knows nothing of the network",
          .high = "the centre of the face",
          .low = ""};
}

}  // namespace

Grid<float> centre_gaussian_map(std::span<const Point2> vertices, int height, int width) {
  Grid<float> map(height, width);
  if (vertices.empty()) return map;
  const int n = int_size(vertices);
  Point2 centre;
  for (const Point2 v : vertices) centre = {centre.x + v.x / n, centre.y + v.y / n};
  double variance = 0;
  for (const Point2 v : vertices)
    variance +=
        ((v.x - centre.x) * (v.x - centre.x) + (v.y - centre.y) * (v.y - centre.y)) / (2 * n);
  variance = std::max(variance, 1e-12);  // of a single vertex
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double dx = x + 0.5 - centre.x;
      const double dy = y + 0.5 - centre.y;
      map(y, x) = static_cast<float>(std::exp(-(dx * dx + dy * dy) / (2 * variance)));
    }
  }
  return map;
}

SaliencyMethod centre_gaussian_method() {
  return {
      .facts =
          {.name = "centre_gaussian",
           .kind = MethodKind::control,
           .title = "Centre control",
           .summary =
               "control that knows nothing of the network: a Gaussian at the centre of the face",
           .cost = "none"},
      .describe = describe_centre_gaussian,
      .map = [](ExplainedImage& image) {
        return centre_gaussian_map(image.face(), image.height(), image.width());
      }};
}

}  // namespace csm
