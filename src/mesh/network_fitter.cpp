#include "canonical_image.h"
#include "canonical_view.h"
#include "csm/core/error.h"
#include "csm/mesh/mesh_options.h"
#include "dense_points.h"
#include "face_landmarker.h"
#include "file_fitter.h"
#include "mesh_file.h"

namespace csm {
namespace {

class NetworkFitter final : public MeshFitter {
 public:
  NetworkFitter(const MeshOptions& options, ComputeDevice device)
      : options_(options),
        landmarker_(options, device),
        points_(take_stride(make_dense_points(landmarker_.topology(), n_dense_points),
                            options.vertex_stride)),
        canonical_(make_canonical()) {}

  const CanonicalFace& canonical() const override { return canonical_; }

  FittedFace fit(const RgbImage& image, const Sample& sample,
                 const std::filesystem::path& image_path) const override {
    // The box of a pair belongs to neither image for certain.
    const bool is_first = sample.second_path.empty() && image_path == sample.path;
    const LandmarkFit found =
        landmarker_.find(image, options_.face, is_first ? sample.face_box : std::nullopt);
    FittedFace face;
    face.surface = flatten(found.landmarks);
    face.vertices = place_points(points_, canonical_.surface.triangles, face.surface);
    face.visible = find_visible(face.surface);
    face.five_points = five_points_of(found.landmarks);
    face.box = bounding_box(face.surface);
    face.pose = estimate_head_pose(landmarker_.topology().canonical.vertices, found.landmarks,
                                   landmarker_.topology().procrustes);
    face.n_faces = found.n_faces;
    face.fits_box_as_corners = found.fits_box_as_corners;
    return face;
  }

 private:
  std::vector<unsigned char> find_visible(const std::vector<Point2>& surface) const {
    std::vector<unsigned char> visible(points_.size(), 1);
    if (options_.visibility == Visibility::all) return visible;
    const std::vector<unsigned char> front =
        front_facing_triangles(canonical_.surface.triangles, surface);
    for (std::size_t i = 0; i < points_.size(); ++i) visible[i] = front[points_[i].triangle];
    return visible;
  }

  CanonicalFace make_canonical() const {
    const int size = options_.canonical_size;
    CanonicalFace face;
    if (options_.canonical.empty()) {
      face = make_canonical_face(landmarker_.topology(), points_,
                                 frontal_view(landmarker_.topology(), size), size,
                                 "network " + landmarker_.describe());
    } else if (has_mesh_extension(options_.canonical)) {
      throw InputError("--canonical '" + options_.canonical.string() +
                       "' is a mesh file, but --mesh network needs a picture that " +
                       "its own mesh is fitted to. Give a picture, or --mesh files?");
    } else {
      const CanonicalImage picture = read_canonical_image(options_.canonical, size, "--canonical");
      face = fit_canonical_image(picture, options_.canonical, landmarker_, points_, "--canonical");
    }
    if (!options_.canonical_image.empty()) {
      face.picture =
          read_canonical_image(options_.canonical_image, size, "--canonical-image").scaled;
    }
    return face;
  }

  MeshOptions options_;
  FaceLandmarker landmarker_;
  std::vector<SurfacePoint> points_;
  CanonicalFace canonical_;
};

}  // namespace

std::unique_ptr<MeshFitter> make_mesh_fitter(const MeshOptions& options, ComputeDevice device) {
  if (options.mesh == MeshSource::files) return make_file_fitter(options, device);
  return std::make_unique<NetworkFitter>(options, device);
}

}  // namespace csm
