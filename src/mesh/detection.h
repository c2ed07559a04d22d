#pragma once
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "csm/core/geometry.h"

namespace csm {

enum class FaceChoice;

/// A face that the detector saw, in image px.
struct Detection {
  Box box;
  std::array<Point2, 6>
      points{};      ///< subject's right eye, left eye, nose tip, mouth, right ear, left ear
  double score = 0;  ///< in (0, 1)
};

inline constexpr double detection_score_threshold = 0.5;
inline constexpr double detection_overlap_threshold = 0.3;

/// Returns the detections above the score threshold, by falling score, mapped to the image.
/// The full-range detector has one anchor per cell of `stride` px, in row-major order; every value
/// is in px of the input and positions are relative to the centre of the cell.
/// @pre boxes has n_rows * n_columns * 16 values (x, y, width, height, 6 x (x, y)), logits n_rows *
/// n_columns
std::vector<Detection> decode_detections(std::span<const float> boxes,
                                         std::span<const float> logits, int n_rows, int n_columns,
                                         double stride, const Affine2& to_input);

/// Intersection over union.
double overlap(const Box& a, const Box& b);

/// Non-maximum suppression: the detections that overlap no better one by more than `threshold`.
/// @pre detections are ordered by falling score
std::vector<Detection> suppress_overlaps(std::span<const Detection> detections, double threshold);

/// The face to use: the one that overlaps `known` best if that is given and overlaps any, else the
/// largest box or the one nearest to the image's centre. @pre detections is not empty
const Detection& choose_face(std::span<const Detection> detections, FaceChoice choice, int height,
                             int width, const std::optional<Box>& known);

/// The map that fits an image into height x width px, centred, without changing its aspect.
Affine2 letterbox(int image_height, int image_width, int height, int width);

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
