#include "face_landmarker.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/mesh/mesh_options.h"
#include "detection.h"

namespace csm {
namespace {

constexpr double crop_scale = 1.5;
constexpr double min_face = 20;               // [px]
constexpr std::size_t right_eye_corner = 33;  // the outer corners of the eyes
constexpr std::size_t left_eye_corner = 263;

// Which way up a face stands is seen from the presence that the mesh network gives to crops in four
// rotations. Tried on 900 images of four sets in all four rotations: none of the upright ones was
// refused, and of the turned ones with a face that could be found in any rotation all but 3 in
// 1,000 were noticed.
constexpr double right_angle = std::numbers::pi / 2;
constexpr double largest_roll = right_angle * 2 / 3;  // a face that leans farther lies on its side
constexpr double doubtful_roll =
    right_angle / 3;  // beyond it the landmarks may be of a face on its side
constexpr double turned_roll = right_angle * 5 / 9;  // in the turned image
constexpr double sure_presence = 15;                 // upright portraits: 19 and more
constexpr double least_turned_presence = 10;
constexpr double clear_presence = 3;  // by which a turned image must be better

bool is_surely_upright(const LandmarkFit& fit) {
  return fit.quarter == 0 && std::abs(fit.roll) <= doubtful_roll && fit.presence >= sure_presence;
}

/// @param roll [rad] clockwise on the screen
ImageError describe_roll(double roll) {
  const int quarters = round_to_int(roll / right_angle);
  const std::string degrees =
      "roll " + std::to_string(std::lround(roll * 90 / right_angle)) + " degrees: ";
  if (std::abs(quarters) == 2)
    return {"the face is upside down", degrees + "turn the photo by 180 degrees"};
  if (quarters == 0)
    return {"face not confirmed", "the mesh network sees it turned against its landmarks"};
  return {"the face lies on its side", degrees + "turn the photo by 90 degrees " +
                                           (quarters > 0 ? "counter-clockwise" : "clockwise")};
}

FaceCrop crop_of_box(const Box& box, double angle) {
  return {{box.x + box.width / 2, box.y + box.height / 2},
          crop_scale * std::max(box.width, box.height),
          angle};
}

}  // namespace

FaceCrop crop_of_detection(const Detection& detection) {
  const Point2& right = detection.points[0];
  const Point2& left = detection.points[1];
  return crop_of_box(detection.box, std::atan2(left.y - right.y, left.x - right.x));
}

FaceCrop crop_of_landmarks(const std::vector<Point3>& landmarks) {
  const Point3& right = landmarks.at(right_eye_corner);
  const Point3& left = landmarks.at(left_eye_corner);
  const double angle = std::atan2(left.y - right.y, left.x - right.x);
  const double cosine = std::cos(angle);
  const double sine = std::sin(angle);
  std::vector<Point2> level;
  level.reserve(landmarks.size());
  for (const Point3& p : landmarks)
    level.push_back({cosine * p.x + sine * p.y, -sine * p.x + cosine * p.y});
  FaceCrop crop = crop_of_box(bounding_box(level), angle);
  crop.centre = {cosine * crop.centre.x - sine * crop.centre.y,
                 sine * crop.centre.x + cosine * crop.centre.y};
  return crop;
}

std::array<Point2, 5> five_points_of(const std::vector<Point3>& landmarks) {
  const auto mean = [&](std::size_t i, std::size_t j) {
    return Point2{(landmarks.at(i).x + landmarks.at(j).x) / 2,
                  (landmarks.at(i).y + landmarks.at(j).y) / 2};
  };
  return {mean(33, 133), mean(362, 263), mean(1, 1), mean(61, 61), mean(291, 291)};
}

Box bounding_box(const std::vector<Point2>& points) {
  CSM_EXPECT(!points.empty());
  const auto [left, right] = std::minmax_element(points.begin(), points.end(),
                                                 [](Point2 a, Point2 b) { return a.x < b.x; });
  const auto [top, bottom] = std::minmax_element(points.begin(), points.end(),
                                                 [](Point2 a, Point2 b) { return a.y < b.y; });
  return {left->x, top->y, right->x - left->x, bottom->y - top->y};
}

std::vector<Point2> flatten(const std::vector<Point3>& points) {
  std::vector<Point2> flat;
  flat.reserve(points.size());
  for (const Point3& p : points) flat.push_back({p.x, p.y});
  return flat;
}

FaceLandmarker::FaceLandmarker(const MeshOptions& options, ComputeDevice device)
    : detector_(options.detector_model, device), mesh_(options.mesh_model, device) {}

LandmarkFit FaceLandmarker::fit_crop(const RgbImage& image, const FaceCrop& crop,
                                     int n_faces) const {
  if (crop.side < min_face * crop_scale)
    throw FaceError(ImageError("face is too small", "the face is below 20 px"), n_faces);

  // Twice: the second crop is that of the landmarks of the first.
  const LandmarkPass first = mesh_.locate(image, crop);
  const LandmarkPass second =
      first.presence < 0 ? first : mesh_.locate(image, crop_of_landmarks(first.landmarks));
  if (!(second.presence >= 0)) {
    throw FaceError(ImageError("face not confirmed", "the mesh network denies the detected face"),
                    n_faces);
  }

  FaceCrop best = crop_of_landmarks(second.landmarks);
  LandmarkFit fit{.landmarks = second.landmarks,
                  .n_faces = n_faces,
                  .presence = second.presence,
                  .roll = best.angle,
                  .quarter = 0,
                  .fits_box_as_corners = false};

  // The network is surest of a face that is the right way up.
  double best_presence = second.presence;
  for (int quarter = 1; quarter < 4; ++quarter) {
    best.angle += right_angle;
    const double presence = mesh_.locate(image, best).presence;
    if (presence > best_presence) {
      best_presence = presence;
      fit.quarter = quarter;
    }
  }
  return fit;
}

LandmarkFit FaceLandmarker::fit_box(const RgbImage& image, const FaceCrop& crop,
                                    int n_faces) const {
  try {
    return fit_crop(image, crop, n_faces);
  } catch (const FaceError&) {
    throw FaceError(
        ImageError("no face in the face box",
                   "the detector sees " + std::to_string(n_faces) +
                       " face(s), none of them there, and the mesh network sees none there either"),
        n_faces);
  }
}

LandmarkFit FaceLandmarker::fit(const RgbImage& image, FaceChoice choice,
                                const std::optional<Box>& known) const {
  const std::vector<Detection> faces = detector_.detect(image);
  const int n_faces = int_size(faces);
  if (faces.empty() && !known)
    throw FaceError(ImageError("no face found", "the detector sees none"), 0);
  const Detection* face = known ? find_under(faces, *known)
                                : &choose_face(faces, choice, image.height, image.width, {});
  const FaceCrop crop = face != nullptr ? crop_of_detection(*face) : crop_of_box(*known, 0);
  LandmarkFit fit =
      face != nullptr ? fit_crop(image, crop, n_faces) : fit_box(image, crop, n_faces);
  fit.fits_box_as_corners = known && looks_like_corners(faces, *known);
  return fit;
}

LandmarkFit FaceLandmarker::find(const RgbImage& image, FaceChoice choice,
                                 const std::optional<Box>& known) const {
  if (known) check_face_box(*known, image.height, image.width);
  std::optional<LandmarkFit> own;
  std::optional<FaceError> failure;
  try {
    own = fit(image, choice, known);
  } catch (const FaceError& error) {
    failure = error;
  }
  if (!own || !is_surely_upright(*own)) {
    const TurnedFace turned = find_turned(image, choice, known, own);
    if (turned.is_turned)
      throw FaceError(describe_roll(turned.roll), own ? own->n_faces : turned.n_faces);
  }
  if (failure) throw FaceError(*failure);
  return *own;
}

TurnedFace FaceLandmarker::find_turned(const RgbImage& image, FaceChoice choice,
                                       std::optional<Box> known,
                                       const std::optional<LandmarkFit>& own) const {
  // A turned image must be clearly better than the image as it is.
  TurnedFace face;
  double best_presence = least_turned_presence;
  if (own) {
    face = {.is_turned = own->quarter != 0,
            .roll = own->roll + own->quarter * right_angle,
            .n_faces = own->n_faces};
    if (own->quarter == 0) best_presence = std::max(best_presence, own->presence + clear_presence);
  }

  // Quarter after quarter; a fit that is itself turned belongs to another quarter.
  RgbImage turned = image;
  for (int n_quarters = 1; n_quarters < 4; ++n_quarters) {
    if (known) known = turn_box(*known, turned.width);
    turned = turn_image(turned);
    try {
      const LandmarkFit other = fit(turned, choice, known);
      if (other.quarter != 0 || std::abs(other.roll) > turned_roll ||
          other.presence < best_presence)
        continue;
      best_presence = other.presence;
      face = {.is_turned = false,
              .roll = other.roll + n_quarters * right_angle,
              .n_faces = other.n_faces};
    } catch (const FaceError&) {
      continue;  // no face that way up
    }
  }

  face.roll = std::remainder(face.roll, 4 * right_angle);
  face.is_turned = face.is_turned || std::abs(face.roll) > largest_roll;
  return face;
}

std::optional<Detection> FaceLandmarker::find_at(const RgbImage& image, const Box& box) const {
  try {
    const LandmarkFit found = fit_crop(image, crop_of_box(box, 0), 1);
    const std::array<Point2, 5> five = five_points_of(found.landmarks);
    Detection face;
    face.box = bounding_box(flatten(found.landmarks));
    face.points = {five[0], five[1],
                   five[2], {(five[3].x + five[4].x) / 2, (five[3].y + five[4].y) / 2},
                   {},      {}};
    return face;
  } catch (const FaceError&) {
    return std::nullopt;
  }
}

std::string FaceLandmarker::describe() const {
  return detector_.network().contract().name + " " + detector_.network().sha256() + ", " +
         mesh_.network().contract().name + " " + mesh_.network().sha256();
}

RgbImage turn_image(const RgbImage& image) {
  RgbImage turned(image.width, image.height);
  for (int row = 0; row < turned.height; ++row) {
    for (int column = 0; column < turned.width; ++column)
      std::copy_n(image.pixel(column, image.width - 1 - row), 3, turned.pixel(row, column));
  }
  return turned;
}

Box turn_box(const Box& box, int width) {
  return {box.y, width - box.x - box.width, box.height, box.width};
}

}  // namespace csm
