#pragma once
#include <filesystem>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/model/network.h"
#include "face_topology.h"

namespace csm {

/// A square part of an image, turned so that a face stands upright in it.
struct FaceCrop {
  Point2 centre;     ///< [px]
  double side = 0;   ///< [px]
  double angle = 0;  ///< [rad] of the eye line against the image's rows, clockwise on the screen
};

/// The map from image px to a height x width input that shows the crop.
Affine2 to_network_input(const FaceCrop& crop, int height, int width);

/// The outputs of one pass of the network.
struct LandmarkPass {
  std::vector<Point3> landmarks;  ///< image px; z in the same scale, away from the viewer
  double presence = 0;            ///< logit: above 0 the network sees a face
};

/// The mesh network with 468 landmarks.
class LandmarkNetwork {
 public:
  /// Errors: InputError as Network, and if outputs or topology are not those of the 468-point mesh.
  LandmarkNetwork(const std::filesystem::path& path, ComputeDevice device);

  LandmarkPass locate(const RgbImage& image, const FaceCrop& crop) const;

  const FaceTopology& topology() const { return topology_; }
  const Network& network() const { return network_; }

 private:
  Network network_;
  FaceTopology topology_;
};

}  // namespace csm
