#pragma once
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/mesh/fitter.h"
#include "csm/mesh/mesh_options.h"
#include "face_detector.h"
#include "landmark_network.h"

namespace csm {

/// The landmarks of one face in image px.
struct LandmarkFit {
  std::vector<Point3> landmarks;  ///< x right, y down, z away from the viewer, one scale
  int n_faces = 0;                ///< that the detector saw
  double presence = 0;            ///< logit: above 0 the network sees a face
  double roll = 0;                ///< [rad] of the eye line, clockwise on the screen
  int quarter = 0;  ///< quarter turns clockwise, 0 to 3, after which the network sees the face
                    ///< best: 0 if the landmarks stand as the face does
  bool fits_box_as_corners = false;  ///< looks_like_corners of the known box
};

/// How a face lies in its image.
struct TurnedFace {
  bool is_turned = false;  ///< on its side or upside down
  double roll = 0;         ///< [rad] clockwise on the screen
  int n_faces = -1;        ///< that the detector saw
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

  /// `known` chooses among the detections, and is used if none of them lies under it.
  /// Errors: FaceError "no face found", "face not confirmed" (the mesh network denies it), "face is
  /// too small" (below 20 px), "no face in the face box", "the face lies on its side" or "the face
  /// is upside down" (a roll beyond 60 degrees, seen by looking at the image in four rotations);
  /// ImageError as check_face_box.
  LandmarkFit find(const RgbImage& image, FaceChoice choice, const std::optional<Box>& known) const;

  /// The faces of an image by falling score.
  std::vector<Detection> detect(const RgbImage& image) const { return detector_.detect(image); }

  /// An upright face at a box, with its box and its eyes, nose and mouth as a detection; none if
  /// the mesh network sees no face there.
  std::optional<Detection> find_at(const RgbImage& image, const Box& box) const;

  const FaceTopology& topology() const { return mesh_.topology(); }

  /// Names and hashes of both networks.
  std::string describe() const;

 private:
  LandmarkFit fit(const RgbImage& image, FaceChoice choice, const std::optional<Box>& known) const;
  LandmarkFit fit_crop(const RgbImage& image, const FaceCrop& crop, int n_faces) const;

  /// The same for the crop of a face box without a detection. Errors: FaceError "no face in the
  /// face box".
  LandmarkFit fit_box(const RgbImage& image, const FaceCrop& crop, int n_faces) const;

  /// Looks for the face in the image turned by 90, 180 and 270 degrees too. @param own the fit in
  /// the image as it is
  TurnedFace find_turned(const RgbImage& image, FaceChoice choice, std::optional<Box> known,
                         const std::optional<LandmarkFit>& own) const;

  FaceDetector detector_;
  LandmarkNetwork mesh_;
};

/// The image turned by a quarter counter-clockwise.
RgbImage turn_image(const RgbImage& image);

/// A box of an image `width` px wide, in the image turned by a quarter counter-clockwise.
Box turn_box(const Box& box, int width);

}  // namespace csm
