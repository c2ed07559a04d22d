#include "face_landmarker.h"

#include <algorithm>
#include <cmath>

#include "csm/core/error.h"

namespace csm {
namespace {

constexpr double crop_scale = 1.5;
constexpr double min_face = 20;               // [px]
constexpr std::size_t right_eye_corner = 33;  // the outer corners of the eyes
constexpr std::size_t left_eye_corner = 263;

FaceCrop crop_of_box(const Box& box, double angle) {
  return {{box.x + box.width / 2, box.y + box.height / 2}, crop_scale * std::max(box.width, box.height), angle};
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
  for (const Point3& p : landmarks) level.push_back({cosine * p.x + sine * p.y, -sine * p.x + cosine * p.y});
  FaceCrop crop = crop_of_box(bounding_box(level), angle);
  crop.centre = {cosine * crop.centre.x - sine * crop.centre.y, sine * crop.centre.x + cosine * crop.centre.y};
  return crop;
}

std::array<Point2, 5> five_points_of(const std::vector<Point3>& landmarks) {
  const auto mean = [&](std::size_t i, std::size_t j) {
    return Point2{(landmarks.at(i).x + landmarks.at(j).x) / 2, (landmarks.at(i).y + landmarks.at(j).y) / 2};
  };
  return {mean(33, 133), mean(362, 263), mean(1, 1), mean(61, 61), mean(291, 291)};
}

Box bounding_box(const std::vector<Point2>& points) {
  CSM_EXPECT(!points.empty());
  const auto [left, right] =
      std::minmax_element(points.begin(), points.end(), [](Point2 a, Point2 b) { return a.x < b.x; });
  const auto [top, bottom] =
      std::minmax_element(points.begin(), points.end(), [](Point2 a, Point2 b) { return a.y < b.y; });
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

LandmarkFit FaceLandmarker::find(const RgbImage& image, FaceChoice choice, const std::optional<Box>& known) const {
  const std::vector<Detection> faces = detector_.detect(image);
  if (faces.empty() && !known) throw ImageError("no face found", "the detector sees none");
  const FaceCrop crop = faces.empty() ? crop_of_box(*known, 0)
                                      : crop_of_detection(choose_face(faces, choice, image.height, image.width, known));
  if (crop.side < min_face * crop_scale) {
    throw ImageError("face is too small", "the face is below 20 px");
  }
  const LandmarkPass first = mesh_.locate(image, crop);
  const LandmarkPass second = first.presence < 0 ? first : mesh_.locate(image, crop_of_landmarks(first.landmarks));
  if (!(second.presence >= 0)) throw ImageError("face not confirmed", "the mesh network denies the detected face");
  return {second.landmarks, static_cast<int>(faces.size())};
}

std::string FaceLandmarker::describe() const {
  return detector_.network().contract().name + " " + detector_.network().sha256() + ", " +
         mesh_.network().contract().name + " " + mesh_.network().sha256();
}

}  // namespace csm
