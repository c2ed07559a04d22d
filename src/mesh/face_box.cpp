#include <algorithm>
#include <cstdio>
#include <string>

#include "csm/core/error.h"
#include "csm/mesh/mesh_options.h"
#include "detection.h"

namespace csm {
namespace {

double best_overlap(std::span<const Detection> detections, const Box& box) {
  double best = 0;
  for (const Detection& detection : detections) best = std::max(best, overlap(detection.box, box));
  return best;
}

std::string describe(const Box& box, int height, int width) {
  char text[160];
  std::snprintf(text, sizeof(text),
                "face_x %g, face_y %g, face_w %g, face_h %g in a photo of %d x %d px", box.x, box.y,
                box.width, box.height, width, height);
  return text;
}

}  // namespace

void check_face_box(const Box& box, int height, int width) {
  if (std::max({box.x, box.y, box.width, box.height}) <= 1) {
    throw ImageError(
        "the face box is not in px",
        describe(box, height, width) + ": multiply x and w by the width, y and h by the height");
  }
  const Box photo{0, 0, width + 0.0, height + 0.0};
  const double shared_width = std::min(box.x + box.width, photo.width) - std::max(box.x, 0.0);
  const double shared_height = std::min(box.y + box.height, photo.height) - std::max(box.y, 0.0);
  const double inside =
      std::max(0.0, shared_width) * std::max(0.0, shared_height) / (box.width * box.height);
  if (inside >= 0.5) return;
  throw ImageError("the face box lies off the photo",
                   describe(box, height, width) +
                       ": face_w and face_h are its width and height, not its right and lower "
                       "edge, in px of this photo");
}

const Detection* find_under(std::span<const Detection> detections, const Box& box) {
  constexpr double least_overlap =
      0.2;  // 1,700 boxes of another detector and ours share 50 % or more
  if (best_overlap(detections, box) < least_overlap) return nullptr;
  return &choose_face(detections, FaceChoice::largest, 0, 0, box);
}

bool looks_like_corners(std::span<const Detection> detections, const Box& box) {
  const Box as_corners{box.x, box.y, box.width - box.x, box.height - box.y};
  if (!(as_corners.width > 0 && as_corners.height > 0)) return false;
  return best_overlap(detections, as_corners) > best_overlap(detections, box) + 0.15;
}

}  // namespace csm
