#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/geometry.h"
#include "csm/core/image.h"
#include "csm/dataset/dataset.h"
#include "csm/mesh/canonical_face.h"
#include "csm/mesh/head_pose.h"
#include "csm/model/network.h"

namespace csm {

struct MeshOptions;

/// What a mesh file holds besides its vertices.
struct MeshFileFacts {
  bool is_turned_over = false;  ///< it counted y from the bottom, so that y was turned over
  std::int64_t key = 0;  ///< the same for files with the same vertices; 0: the mesh is of no file
};

/// An image whose face cannot be used, with the number of faces that the detector saw.
class FaceError : public ImageError {
 public:
  /// @param n_faces -1: the detector did not look
  FaceError(const ImageError& error, int n_faces) : ImageError(error), n_faces_(n_faces) {}
  int n_faces() const { return n_faces_; }

 private:
  int n_faces_;
};

/// A face found in an image; every position in the image's own pixels.
struct FittedFace {
  std::vector<Point2>
      vertices;  ///< v_i of the used vertices, same order as CanonicalFace::vertices
  std::vector<unsigned char>
      visible;                  ///< 1 if the vertex is used (all, or those that face the camera)
  std::vector<Point2> surface;  ///< CanonicalFace::surface's vertices in the image
  std::array<Point2, 5>
      five_points{};  ///< subject's right eye, left eye, nose tip, right and left mouth corner
  Box box;            ///< bounding box of the mesh
  HeadPose pose;
  int n_faces = -1;  ///< faces that the detector saw; -1: it did not look
  MeshFileFacts file;
  bool fits_box_as_corners =
      false;  ///< the data set's face box seems to hold its right and lower edge for its size
};

/// Finds the face of an image and the used vertices on it.
class MeshFitter {
 public:
  virtual ~MeshFitter() = default;

  virtual const CanonicalFace& canonical() const = 0;

  /// What a reader of the result must know of the canonical face; plain sentences.
  virtual std::vector<std::string> remarks() const { return {}; }

  /// The mesh file of an image; empty if meshes come from no files. Errors: ImageError "no mesh
  /// file".
  virtual std::filesystem::path mesh_file_of(const std::filesystem::path&) const { return {}; }

  /// Errors: ImageError with a short reason ("no face found", "no mesh file", ...).
  virtual FittedFace fit(const RgbImage& image, const Sample& sample,
                         const std::filesystem::path& image_path) const = 0;
};

/// Returns the fitter that the options ask for.
/// Errors: InputError for missing or wrong model files, mesh folder or canonical mesh.
std::unique_ptr<MeshFitter> make_mesh_fitter(const MeshOptions& options, ComputeDevice device);

}  // namespace csm
