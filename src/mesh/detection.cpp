#include "detection.h"

#include <algorithm>
#include <cmath>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/mesh/mesh_options.h"

namespace csm {
namespace {

constexpr int n_values = 16;  // of a cell: a box and six points

Point2 centre_of(const Box& box) { return {box.x + box.width / 2, box.y + box.height / 2}; }

}  // namespace

std::vector<Detection> decode_detections(std::span<const float> boxes,
                                         std::span<const float> logits, int n_rows, int n_columns,
                                         double stride, const Affine2& to_input) {
  const int n_cells = n_rows * n_columns;
  CSM_EXPECT(int_size(boxes) == n_cells * n_values && int_size(logits) == n_cells);
  const Affine2 to_image = to_input.inverse();
  std::vector<Detection> detections;
  for (int cell = 0; cell < n_cells; ++cell) {
    const double score = 1 / (1 + std::exp(-double{logits[cell]}));
    if (!(score >= detection_score_threshold)) continue;

    // The numbers of a cell are px of the input from its centre.
    const int row = cell / n_columns;
    const int column = cell % n_columns;
    const double x = (column + 0.5) * stride;
    const double y = (row + 0.5) * stride;
    const auto numbers = boxes.subspan(std::size_t{n_values} * cell, n_values);
    const auto value = [&](std::size_t i) { return double{numbers[i]}; };
    if (!(value(2) > 0) || !(value(3) > 0)) continue;
    Detection detection;
    detection.score = score;
    const Point2 low = to_image({x + value(0) - value(2) / 2, y + value(1) - value(3) / 2});
    const Point2 high = to_image({x + value(0) + value(2) / 2, y + value(1) + value(3) / 2});
    detection.box = {low.x, low.y, high.x - low.x, high.y - low.y};
    for (std::size_t i = 0; i < detection.points.size(); ++i) {
      detection.points[i] = to_image({x + value(4 + 2 * i), y + value(5 + 2 * i)});
    }
    detections.push_back(detection);
  }

  // The best comes first.
  std::stable_sort(detections.begin(), detections.end(),
                   [](const Detection& a, const Detection& b) { return a.score > b.score; });
  return detections;
}

double overlap(const Box& a, const Box& b) {
  const double width = std::min(a.x + a.width, b.x + b.width) - std::max(a.x, b.x);
  const double height = std::min(a.y + a.height, b.y + b.height) - std::max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const double shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

std::vector<Detection> suppress_overlaps(std::span<const Detection> detections, double threshold) {
  std::vector<Detection> kept;
  for (const Detection& detection : detections) {
    const bool is_new = std::none_of(kept.begin(), kept.end(), [&](const Detection& other) {
      return overlap(detection.box, other.box) > threshold;
    });
    if (is_new) kept.push_back(detection);
  }
  return kept;
}

const Detection& choose_face(std::span<const Detection> detections, FaceChoice choice, int height,
                             int width, const std::optional<Box>& known) {
  CSM_EXPECT(!detections.empty());
  const auto best = [&](const auto& merit) -> const Detection& {
    return *std::max_element(
        detections.begin(), detections.end(),
        [&](const Detection& a, const Detection& b) { return merit(a) < merit(b); });
  };
  if (known) {
    const Detection& nearest = best([&](const Detection& d) { return overlap(d.box, *known); });
    if (overlap(nearest.box, *known) > 0) return nearest;
  }
  if (choice == FaceChoice::largest)
    return best([](const Detection& d) { return d.box.width * d.box.height; });
  return best([&](const Detection& d) {
    const Point2 centre = centre_of(d.box);
    return -std::hypot(centre.x - width / 2.0, centre.y - height / 2.0);
  });
}

Affine2 letterbox(int image_height, int image_width, int height, int width) {
  const double scale = std::min(1.0 * width / image_width, 1.0 * height / image_height);
  return {scale, 0,     (width - scale * image_width) / 2,
          0,     scale, (height - scale * image_height) / 2};
}

}  // namespace csm
