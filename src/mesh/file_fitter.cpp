#include <algorithm>
#include <array>
#include <numeric>

#include "csm/core/error.h"
#include "csm/mesh/mesh_file.h"
#include "csm/mesh/surface_point.h"
#include "face_landmarker.h"
#include "file_canonical.h"
#include "fitters.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

class FileFitter final : public MeshFitter {
 public:
  FileFitter(const MeshOptions& options, ComputeDevice device)
      : options_(options), canonical_(read_file_canonical(options, device)) {
    if (!fs::is_directory(options_.mesh_dir)) {
      throw InputError("--mesh-dir '" + options_.mesh_dir.string() +
                       "' is no folder (--mesh files takes one mesh file per image from " + "it). Is the path right?");
    }
    for (std::size_t i = 0; i < canonical_.face.vertices.size(); ++i) weights_.emplace_back(static_cast<int>(i), 1.0);
    for (const Point3& v : canonical_.face.surface.vertices) upright_.push_back({v.x, -v.y, v.z});
  }

  const CanonicalFace& canonical() const override { return canonical_.face; }

  FittedFace fit(const RgbImage&, const Sample&, const fs::path& image_path) const override {
    const std::vector<Point3> vertices = take_used(read_mesh(image_path));
    FittedFace face;
    face.vertices = flatten(vertices);
    face.surface = face.vertices;
    face.visible = find_visible(face.vertices);
    face.box = bounding_box(face.vertices);
    if (!(face.box.width > 0) || !(face.box.height > 0))
      throw ImageError("bad mesh file", "all vertices lie on one line");
    // Without known points all five stay on one place, which the crop rule that needs them names as the reason.
    if (canonical_.five_points) {
      const auto places = place_points(*canonical_.five_points, canonical_.face.surface.triangles, face.surface);
      std::copy(places.begin(), places.end(), face.five_points.begin());
    }
    if (canonical_.has_depth) {
      std::vector<Point3> away;  // in the files z runs to the viewer
      away.reserve(vertices.size());
      for (const Point3& v : vertices) away.push_back({v.x, v.y, -v.z});
      face.pose = estimate_head_pose(upright_, away, weights_);
    }
    return face;
  }

 private:
  fs::path find_file(const fs::path& image_path) const {
    const std::string stem = image_path.stem().string();
    for (const fs::path& folder : {options_.mesh_dir, options_.mesh_dir / image_path.parent_path().filename()}) {
      for (const char* ending : {"", "_mesh"}) {
        for (const char* extension : {".mat", ".npy", ".h5", ".hdf5", ".obj"}) {
          fs::path file = folder / (stem + ending + extension);
          if (fs::is_regular_file(file)) return file;
        }
      }
    }
    throw ImageError("no mesh file", stem + "[_mesh].mat, .npy, .h5 or .obj is not in " + options_.mesh_dir.string());
  }

  std::vector<Point3> read_mesh(const fs::path& image_path) const {
    const fs::path file = find_file(image_path);
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
      const auto stride = static_cast<std::size_t>(options_.vertex_stride);
      for (std::size_t i = 0; i < n_used; ++i) vertices[i] = vertices[i * stride];
      vertices.resize(n_used);
    } else if (vertices.size() != n_used) {
      throw ImageError("mesh has a wrong size",
                       "it has " + std::to_string(vertices.size()) + " vertices, but the canonical mesh has " +
                           std::to_string(canonical_.n_mesh_vertices) + ", or " + std::to_string(n_used) +
                           " with the --vertex-stride of " + std::to_string(options_.vertex_stride));
    }
    return vertices;
  }

  /// A vertex is seen where one of its triangles faces the camera.
  std::vector<unsigned char> find_visible(const std::vector<Point2>& vertices) const {
    if (options_.visibility == Visibility::all) return std::vector<unsigned char>(vertices.size(), 1);
    const std::vector<Triangle>& triangles = canonical_.face.surface.triangles;
    const std::vector<unsigned char> front = front_facing_triangles(triangles, vertices);
    std::vector<unsigned char> visible(vertices.size(), 0);
    for (std::size_t t = 0; t < triangles.size(); ++t) {
      if (!front[t]) continue;
      for (const int corner : triangles[t]) visible[static_cast<std::size_t>(corner)] = 1;
    }
    return visible;
  }

  MeshOptions options_;
  FileCanonical canonical_;
  std::vector<std::pair<int, double>> weights_;
  std::vector<Point3> upright_;  ///< the canonical vertices with y up
};

}  // namespace

std::unique_ptr<MeshFitter> make_file_fitter(const MeshOptions& options, ComputeDevice device) {
  return std::make_unique<FileFitter>(options, device);
}

}  // namespace csm
