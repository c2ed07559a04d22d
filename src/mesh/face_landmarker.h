#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/options/options.h"
#include "face_detector.h"
#include "landmark_network.h"

namespace csm {

/// The landmarks of one face in image px.
struct LandmarkFit {
  std::vector<Point3> landmarks;  ///< x right, y down, z away from the viewer, one scale
  int n_faces = 0;                ///< that the detector saw
};

/// The crop of a face: 1.5 times the longer side of its box, upright by its eye line.
FaceCrop crop_of_detection(const Detection& detection);

/// The crop of the second pass: round the landmarks' box in the frame of the eye line.
FaceCrop crop_of_landmarks(const std::vector<Point3>& landmarks);

/// Subject's right eye, left eye, nose tip, right and left mouth corner of the 468 landmarks.
std::array<Point2, 5> five_points_of(const std::vector<Point3>& landmarks);

Box bounding_box(const std::vector<Point2>& points);

/// x and y of points.
std::vector<Point2> flatten(const std::vector<Point3>& points);

/// Detector and mesh network: from an image to landmarks.
class FaceLandmarker {
 public:
  FaceLandmarker(const MeshOptions& options, ComputeDevice device);

  /// `known` chooses among the detections, and stands in where there is none.
  /// Errors: ImageError "no face found", "face not confirmed" (the mesh network denies it), "face is too small" (below
  /// 20 px).
  LandmarkFit find(const RgbImage& image, FaceChoice choice, const std::optional<Box>& known) const;

  const FaceTopology& topology() const { return mesh_.topology(); }

  /// Names and hashes of both networks.
  std::string describe() const;

 private:
  FaceDetector detector_;
  LandmarkNetwork mesh_;
};

}  // namespace csm
