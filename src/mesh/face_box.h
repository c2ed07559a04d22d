#pragma once
#include <optional>
#include <span>

#include "csm/core/geometry.h"
#include "detection.h"

namespace csm {

/// Checks the face box that a data set gives against its image. Errors: ImageError if the box is
/// not in px, or lies off the image by more than half (of 2,000 boxes of detectors the one farthest
/// off lies off by 23 %).
void check_face_box(const Box& box, int height, int width);

/// The detection under a face box: the one that overlaps it best; none if none overlaps it well
/// enough to be of the same face.
const Detection* find_under(std::span<const Detection> detections, const Box& box);

/// Whether the box fits a detection clearly better when its width and height are read as its right
/// and lower edge.
bool looks_like_corners(std::span<const Detection> detections, const Box& box);

}  // namespace csm
