#include "file_canonical.h"

#include <algorithm>
#include <cmath>

#include "canonical_picture.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/core/log.h"
#include "csm/mesh/mesh_file.h"
#include "triangulate.h"

namespace csm {
namespace {

/// Every stride-th vertex, from px of the mesh's own picture to px of F.
std::vector<Point3> place_vertices(const TriangleMesh& mesh, int stride, const Affine2& to_canonical) {
  std::vector<Point3> placed;
  for (std::size_t i = 0; i < mesh.vertices.size(); i += static_cast<std::size_t>(stride)) {
    const Point3& v = mesh.vertices[i];
    const Point2 p = to_canonical({v.x, v.y});
    placed.push_back({p.x, p.y, to_canonical.a * v.z});
  }
  return placed;
}

/// Edges beyond four times the mean spacing of the vertices span a hollow of the outline.
double longest_edge(const Box& box, std::size_t n_vertices) {
  return 4 * std::sqrt(box.width * box.height / static_cast<double>(n_vertices));
}

std::optional<SurfacePoint> point_on_surface(const CanonicalFace& face, Point2 place) {
  const int row = static_cast<int>(std::floor(place.y));
  const int column = static_cast<int>(std::floor(place.x));
  if (row < 0 || column < 0 || row >= face.size || column >= face.size || face.pixels.triangle(row, column) < 0)
    return std::nullopt;
  SurfacePoint point{face.pixels.triangle(row, column), {}};
  for (std::size_t i = 0; i < 3; ++i) point.weights[i] = static_cast<double>(face.pixels.weights(row, column)[i]);
  return point;
}

/// Regions and five points by fitting our own mesh network to the picture of the canonical face.
void label_by_network(FileCanonical& canonical, const CanonicalPicture& picture, const MeshOptions& options,
                      ComputeDevice device) {
  const FaceLandmarker landmarker(options, device);
  const CanonicalFace fitted = fit_canonical_picture(picture, options.canonical_image, landmarker,
                                                     std::span<const SurfacePoint>(), "--canonical-image");
  CanonicalFace& face = canonical.face;
  face.pixel_regions = fitted.pixel_regions;
  for (std::size_t i = 0; i < face.vertices.size(); ++i) {
    const int row = static_cast<int>(std::floor(face.vertices[i].y));
    const int column = static_cast<int>(std::floor(face.vertices[i].x));
    const bool is_inside = row >= 0 && column >= 0 && row < face.size && column < face.size;
    face.vertex_regions[i] = is_inside ? face.pixel_regions(row, column) : Region::none;
  }
  std::array<SurfacePoint, 5> points{};
  const std::array<Point2, 5> places = five_points_of(fitted.surface.vertices);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const auto point = point_on_surface(face, places[i]);
    if (!point) return;
    points[i] = *point;
  }
  canonical.five_points = points;
}

}  // namespace

FileCanonical read_file_canonical(const MeshOptions& options, ComputeDevice device) {
  if (options.canonical.empty()) {
    throw InputError(
        "--mesh files needs the mesh file of the canonical face (the maps are painted on it). Give --canonical FILE.");
  }
  if (!has_mesh_extension(options.canonical)) {
    throw InputError("--canonical '" + options.canonical.string() +
                     "' is no mesh file, but --mesh files needs one whose vertices are " +
                     "those of --mesh-dir. Give a .mat, .npy, .h5 or .obj file?");
  }
  const TriangleMesh mesh = read_mesh_file(options.canonical);
  const int size = options.canonical_size;
  std::optional<CanonicalPicture> picture;
  Affine2 to_canonical = letterbox(default_canonical_frame, default_canonical_frame, size, size);
  double frame_width = default_canonical_frame;
  double frame_height = default_canonical_frame;
  if (!options.canonical_image.empty()) {
    picture = read_canonical_picture(options.canonical_image, size, "--canonical-image");
    to_canonical = picture->to_canonical;
    frame_width = picture->original.width;
    frame_height = picture->original.height;
  }
  const Box bounds = bounding_box(flatten(mesh.vertices));
  if (bounds.x < 0 || bounds.y < 0 || bounds.x + bounds.width > frame_width ||
      bounds.y + bounds.height > frame_height ||
      std::max(bounds.width, bounds.height) < 0.1 * std::max(frame_width, frame_height)) {
    throw InputError("The vertices of --canonical '" + options.canonical.string() + "' do not lie on a picture of " +
                     std::to_string(static_cast<int>(frame_width)) + " x " +
                     std::to_string(static_cast<int>(frame_height)) +
                     " px (they are counted in px of it). Give the picture that belongs to it as --canonical-image?");
  }

  FileCanonical canonical;
  CanonicalFace& face = canonical.face;
  face.size = size;
  face.source = "file " + options.canonical.string() + " " + sha256_of_file(options.canonical);
  canonical.n_mesh_vertices = mesh.vertices.size();
  face.surface.vertices = place_vertices(mesh, options.vertex_stride, to_canonical);
  face.vertices = flatten(face.surface.vertices);
  face.surface.triangles = triangulate(face.vertices, longest_edge(bounding_box(face.vertices), face.vertices.size()));
  face.vertex_regions.assign(face.vertices.size(), Region::none);
  face.pixels = rasterise(face.surface, size, size);
  face.pixel_regions = Grid<Region>(size, size, Region::none);
  const auto [low, high] = std::minmax_element(mesh.vertices.begin(), mesh.vertices.end(),
                                               [](const Point3& a, const Point3& b) { return a.z < b.z; });
  canonical.has_depth = high->z > low->z;
  if (picture) {
    face.picture = picture->scaled;
    if (std::filesystem::exists(options.detector_model) && std::filesystem::exists(options.mesh_model)) {
      label_by_network(canonical, *picture, options, device);
    } else {
      log_warning("the face regions stay unknown: the networks of --detector-model and --mesh-model do not exist");
    }
  }
  return canonical;
}

}  // namespace csm
