#include "file_fitter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/core/sizes.h"
#include "csm/mesh/mesh_options.h"
#include "face_landmarker.h"
#include "file_canonical.h"
#include "mesh_file.h"
#include "place_mesh.h"
#include "surface_point.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// The networks that look at the images; none if a file is missing.
std::unique_ptr<const FaceLandmarker> open_landmarker(const MeshOptions& options,
                                                      ComputeDevice device) {
  if (!fs::exists(options.detector_model) || !fs::exists(options.mesh_model)) return nullptr;
  return std::make_unique<const FaceLandmarker>(options, device);
}

/// The same for the same vertices; never 0.
std::int64_t key_of(const std::vector<Point3>& vertices) {
  Sha256 hash;
  hash.add({reinterpret_cast<const char*>(vertices.data()), vertices.size() * sizeof(Point3)});
  std::int64_t key = 0;
  const std::string digits = hash.hexadecimal().substr(0, 15);
  std::from_chars(digits.data(), digits.data() + digits.size(), key, 16);
  return key == 0 ? 1 : key;
}

/// A mesh must lie on a face of its image, if the detector sees any; if it sees none that the mesh
/// touches, the face is looked for under the mesh.
void check_on_face(const MeshPlace& mesh, const FaceLandmarker& landmarker, const RgbImage& image,
                   const std::vector<Detection>& faces) {
  if (faces.empty()) return;
  bool touches = false;
  for (const Detection& face : faces) {
    if (lies_on(mesh, face)) return;
    touches = touches || overlap(mesh.box, face.box) > 0;
  }
  const std::optional<Detection> overlooked =
      touches ? std::nullopt : landmarker.find_at(image, mesh.box);
  if (overlooked && lies_on(mesh, *overlooked)) return;
  throw FaceError(
      ImageError(
          "the mesh does not lie on the face",
          "the detector sees " + std::to_string(faces.size()) +
              " face(s) elsewhere or of another size: is it the mesh of another photo, or are its "
              "px those of a crop or of another size?"),
      int_size(faces));
}

/// The mesh as its file has it.
PlacedMesh take_as_it_is(std::vector<Point3> vertices) {
  const auto [low, high] = std::minmax_element(
      vertices.begin(), vertices.end(), [](const Point3& a, const Point3& b) { return a.z < b.z; });
  const bool has_depth = high != vertices.end() && high->z > low->z;
  return {.vertices = std::move(vertices), .is_turned_over = false, .has_depth = has_depth};
}

class FileFitter final : public MeshFitter {
 public:
  FileFitter(const MeshOptions& options, ComputeDevice device)
      : options_(options),
        landmarker_(open_landmarker(options, device)),
        canonical_(read_file_canonical(options, landmarker_.get())) {
    if (!fs::is_directory(options_.mesh_dir)) {
      throw InputError("--mesh-dir '" + options_.mesh_dir.string() +
                       "' is not a folder (--mesh files takes one mesh file per image from " +
                       "it). Is the path right?");
    }
    for (int i = 0; i < int_size(canonical_.face.vertices); ++i) weights_.emplace_back(i, 1.0);
    for (const Point3& v : canonical_.face.surface.vertices) upright_.push_back({v.x, -v.y, v.z});
  }

  const CanonicalFace& canonical() const override { return canonical_.face; }

  std::vector<std::string> remarks() const override {
    std::vector<std::string> remarks;
    if (!is_checked())
      remarks.emplace_back("The meshes were not compared with their photos (--mesh-check off).");
    if (canonical_.is_turned_over)
      remarks.emplace_back(
          "The canonical mesh counts y from the bottom of its picture: its y axis was turned "
          "over.");
    return remarks;
  }

  fs::path mesh_file_of(const fs::path& image_path) const override {
    const std::string stem = image_path.stem().string();
    for (const fs::path& folder :
         {options_.mesh_dir, options_.mesh_dir / image_path.parent_path().filename()}) {
      for (const char* ending : {"", "_mesh"}) {
        for (const char* extension : {".mat", ".npy", ".h5", ".hdf5", ".obj"}) {
          fs::path file = folder / (stem + ending + extension);
          if (fs::is_regular_file(file)) return file;
        }
      }
    }
    throw ImageError("no mesh file", stem + "[_mesh].mat, .npy, .h5 or .obj is not in " +
                                         options_.mesh_dir.string());
  }

  FittedFace fit(const RgbImage& image, const Sample&, const fs::path& image_path) const override {
    const std::vector<Point3> whole = read_mesh(image_path);
    const std::int64_t key = key_of(whole);
    const PlacedMesh mesh = is_checked()
                                ? place_mesh(take_used(whole), upright_, image.height, image.width)
                                : take_as_it_is(take_used(whole));

    // The used vertices are the surface too: a mesh of a file has no other.
    FittedFace face;
    face.file = {.is_turned_over = mesh.is_turned_over, .key = key};
    face.vertices = flatten(mesh.vertices);
    face.surface = face.vertices;
    face.visible = find_visible(face.vertices);
    face.box = bounding_box(face.vertices);
    if (!(face.box.width > 0) || !(face.box.height > 0))
      throw ImageError("bad mesh file", "all vertices lie on one line");

    // Without known points all five stay on one place, which the crop rule that needs them names as
    // the reason.
    if (canonical_.five_points) {
      const auto places =
          place_points(*canonical_.five_points, canonical_.face.surface.triangles, face.surface);
      std::copy(places.begin(), places.end(), face.five_points.begin());
    }

    // The detector says whether the mesh lies on a face of this image.
    if (landmarker_) {
      const std::vector<Detection> faces = landmarker_->detect(image);
      face.n_faces = int_size(faces);
      MeshPlace place{.box = face.box,
                      .five_points = std::nullopt,
                      .outside = share_outside(mesh.vertices, image.height, image.width)};
      if (canonical_.five_points) place.five_points = face.five_points;
      if (is_checked()) check_on_face(place, *landmarker_, image, faces);
    }

    // The pose is that of the canonical mesh, if z is known.
    if (mesh.has_depth) {
      std::vector<Point3> away;
      away.reserve(mesh.vertices.size());
      for (const Point3& v : mesh.vertices) away.push_back({v.x, v.y, -v.z});
      face.pose = estimate_head_pose(upright_, away, weights_);
    }
    return face;
  }

 private:
  bool is_checked() const { return options_.mesh_check == MeshCheck::on; }

  std::vector<Point3> read_mesh(const fs::path& image_path) const {
    const fs::path file = mesh_file_of(image_path);
    try {
      return read_mesh_file(file).vertices;
    } catch (const InputError& error) {
      throw ImageError("bad mesh file", error.what());
    }
  }

  /// The used vertices of a mesh that is whole or was thinned out already.
  std::vector<Point3> take_used(std::vector<Point3> vertices) const {
    const std::size_t n_used = canonical_.face.vertices.size();
    if (vertices.size() == canonical_.n_mesh_vertices) {
      for (std::size_t i = 0; i < n_used; ++i) vertices[i] = vertices[i * options_.vertex_stride];
      vertices.resize(n_used);
    } else if (vertices.size() != n_used) {
      throw ImageError(
          "mesh has a wrong size",
          "it has " + std::to_string(vertices.size()) + " vertices, but the canonical mesh has " +
              std::to_string(canonical_.n_mesh_vertices) + ", or " + std::to_string(n_used) +
              " with the --vertex-stride of " + std::to_string(options_.vertex_stride));
    }
    return vertices;
  }

  /// A vertex is seen if one of its triangles faces the camera.
  std::vector<unsigned char> find_visible(const std::vector<Point2>& vertices) const {
    if (options_.visibility == Visibility::all)
      return std::vector<unsigned char>(vertices.size(), 1);
    const std::vector<Triangle>& triangles = canonical_.face.surface.triangles;
    const std::vector<unsigned char> front = front_facing_triangles(triangles, vertices);
    std::vector<unsigned char> visible(vertices.size(), 0);
    for (std::size_t t = 0; t < triangles.size(); ++t) {
      if (!front[t]) continue;
      for (const int corner : triangles[t]) visible[corner] = 1;
    }
    return visible;
  }

  MeshOptions options_;
  std::unique_ptr<const FaceLandmarker> landmarker_;
  FileCanonical canonical_;
  std::vector<std::pair<int, double>> weights_;
  std::vector<Point3> upright_;  ///< the canonical vertices with y up
};

}  // namespace

std::unique_ptr<MeshFitter> make_file_fitter(const MeshOptions& options, ComputeDevice device) {
  return std::make_unique<FileFitter>(options, device);
}

}  // namespace csm
