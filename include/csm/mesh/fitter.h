#pragma once
#include <array>
#include <filesystem>
#include <memory>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/dataset/dataset.h"
#include "csm/mesh/canonical_face.h"
#include "csm/mesh/head_pose.h"
#include "csm/model/network.h"
#include "csm/options/options.h"

namespace csm {

/// A face found in an image; every position in the image's own pixels.
struct FittedFace {
  std::vector<Point2> vertices;         ///< v_i of the used vertices, same order as CanonicalFace::vertices
  std::vector<unsigned char> visible;   ///< 1 where the vertex is used (all, or those that face the camera)
  std::vector<Point2> surface;          ///< CanonicalFace::surface's vertices in the image
  std::array<Point2, 5> five_points{};  ///< subject's right eye, left eye, nose tip, right and left mouth corner
  Box box;                              ///< bounding box of the mesh
  HeadPose pose;
  int n_faces = 1;  ///< faces that the detector saw
};

/// Finds the face of an image and the used vertices on it.
class MeshFitter {
 public:
  virtual ~MeshFitter() = default;

  virtual const CanonicalFace& canonical() const = 0;

  /// Errors: ImageError with a short reason ("no face found", "no mesh file", ...).
  virtual FittedFace fit(const RgbImage& image, const Sample& sample,
                         const std::filesystem::path& image_path) const = 0;
};

/// Returns the fitter that the options ask for.
/// Errors: InputError for missing or wrong model files, mesh folder or canonical mesh.
std::unique_ptr<MeshFitter> make_mesh_fitter(const MeshOptions& options, ComputeDevice device);

}  // namespace csm
