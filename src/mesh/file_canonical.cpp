#include "file_canonical.h"

#include <cmath>

#include "canonical_image.h"
#include "csm/core/error.h"
#include "csm/core/hash.h"
#include "csm/core/log.h"
#include "csm/core/sizes.h"
#include "csm/mesh/mesh_options.h"
#include "detection.h"
#include "face_landmarker.h"
#include "mesh_file.h"
#include "triangulate.h"

namespace csm {
namespace {

/// Every stride-th vertex, from px of the mesh's own image to px of F.
std::vector<Point3> place_vertices(const TriangleMesh& mesh, int stride,
                                   const Affine2& to_canonical) {
  std::vector<Point3> placed;
  for (std::size_t i = 0; i < mesh.vertices.size(); i += stride) {
    const Point3& v = mesh.vertices[i];
    const Point2 p = to_canonical({v.x, v.y});
    placed.push_back({p.x, p.y, to_canonical.a * v.z});
  }
  return placed;
}

/// Edges beyond four times the mean spacing of the vertices span a hollow of the outline.
double longest_edge(const Box& box, int n_vertices) {
  return 4 * std::sqrt(box.width * box.height / n_vertices);
}

std::optional<SurfacePoint> point_on_surface(const CanonicalFace& face, Point2 place) {
  const int row = pixel_at(place.y);
  const int column = pixel_at(place.x);
  if (row < 0 || column < 0 || row >= face.size || column >= face.size ||
      face.pixels.triangle(row, column) < 0)
    return std::nullopt;
  SurfacePoint point{face.pixels.triangle(row, column), {}};
  for (std::size_t i = 0; i < 3; ++i) point.weights[i] = face.pixels.weights(row, column)[i];
  return point;
}

/// The mesh must lie on the face that the network sees in its image; on 60 images the two boxes
/// shared 74 % or more.
void check_over_face(const CanonicalFace& face, const CanonicalFace& fitted,
                     const MeshOptions& options) {
  constexpr double least_overlap = 0.4;
  const double shared =
      overlap(bounding_box(face.vertices), bounding_box(flatten(fitted.surface.vertices)));
  if (shared >= least_overlap) return;
  throw InputError(
      {"--canonical '" + options.canonical.string() +
           "' does not lie on the face in --canonical-image '" + options.canonical_image.string() +
           "'",
       "the map would be painted beside the face",
       "Give the picture that the mesh was made of; its px are counted from the top left corner."});
}

/// Regions and five points by fitting our own mesh network to the image of the canonical face.
void label_by_network(FileCanonical& canonical, const CanonicalImage& picture,
                      const MeshOptions& options, const FaceLandmarker& landmarker) {
  const CanonicalFace fitted =
      fit_canonical_image(picture, options.canonical_image, landmarker,
                          std::span<const SurfacePoint>(), "--canonical-image");
  check_over_face(canonical.face, fitted, options);
  CanonicalFace& face = canonical.face;
  face.pixel_regions = fitted.pixel_regions;
  for (std::size_t i = 0; i < face.vertices.size(); ++i) {
    const int row = pixel_at(face.vertices[i].y);
    const int column = pixel_at(face.vertices[i].x);
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

FileCanonical read_file_canonical(const MeshOptions& options, const FaceLandmarker* landmarker) {
  if (options.canonical.empty()) {
    throw InputError(
        "--mesh files needs the mesh file of the canonical face (the maps are painted on it). Give "
        "--canonical FILE.");
  }
  if (!has_mesh_extension(options.canonical)) {
    throw InputError("--canonical '" + options.canonical.string() +
                     "' is not a mesh file, but --mesh files needs one whose vertices are " +
                     "those of --mesh-dir. Give a .mat, .npy, .h5 or .obj file?");
  }

  // Where the mesh lies: on an image of its own, or on the frame of the authors' tools.
  TriangleMesh mesh = read_mesh_file(options.canonical);
  const int size = options.canonical_size;
  std::optional<CanonicalImage> picture;
  Affine2 to_canonical = letterbox(default_canonical_frame, default_canonical_frame, size, size);
  int frame_width = default_canonical_frame;
  int frame_height = default_canonical_frame;
  if (!options.canonical_image.empty()) {
    picture = read_canonical_image(options.canonical_image, size, "--canonical-image");
    to_canonical = picture->to_canonical;
    frame_width = picture->original.width;
    frame_height = picture->original.height;
  }

  // The used vertices on F and the surface between them.
  FileCanonical canonical;
  canonical.is_turned_over =
      place_canonical(mesh.vertices, options.canonical, frame_height, frame_width);
  CanonicalFace& face = canonical.face;
  face.size = size;
  face.source = "file " + options.canonical.string() + " " + sha256_of_file(options.canonical);
  if (landmarker != nullptr)
    face.source += ", meshes compared with faces by " + landmarker->describe();
  canonical.n_mesh_vertices = mesh.vertices.size();
  face.surface.vertices = place_vertices(mesh, options.vertex_stride, to_canonical);
  face.vertices = flatten(face.surface.vertices);
  face.surface.triangles = triangulate(
      face.vertices, longest_edge(bounding_box(face.vertices), int_size(face.vertices)));

  // Regions are known if the networks can look at the image.
  face.vertex_regions.assign(face.vertices.size(), Region::none);
  face.pixels = rasterise(face.surface, size, size);
  face.pixel_regions = Grid<Region>(size, size, Region::none);
  if (picture) {
    face.picture = picture->scaled;
    if (landmarker != nullptr) {
      label_by_network(canonical, *picture, options, *landmarker);
    } else {
      log_warning(
          "the face regions stay unknown: the networks of --detector-model and --mesh-model do not "
          "exist");
    }
  }
  return canonical;
}

}  // namespace csm
