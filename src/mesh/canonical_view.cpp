#include "canonical_view.h"

#include <algorithm>

#include "csm/core/error.h"

namespace csm {

std::vector<Point3> frontal_view(const FaceTopology& topology, int size) {
  constexpr double share = 0.82;
  const std::vector<Point3>& vertices = topology.canonical.vertices;
  const auto by_x = [](const Point3& a, const Point3& b) { return a.x < b.x; };
  const auto by_y = [](const Point3& a, const Point3& b) { return a.y < b.y; };
  const auto [left, right] = std::minmax_element(vertices.begin(), vertices.end(), by_x);
  const auto [low, high] = std::minmax_element(vertices.begin(), vertices.end(), by_y);
  const double scale = share * size / std::max(right->x - left->x, high->y - low->y);
  const double centre_x = (left->x + right->x) / 2;
  const double centre_y = (low->y + high->y) / 2;
  std::vector<Point3> view;
  view.reserve(vertices.size());
  for (const Point3& v : vertices) {
    view.push_back({size / 2.0 + scale * (v.x - centre_x), size / 2.0 - scale * (v.y - centre_y),
                    scale * v.z});
  }
  return view;
}

std::vector<SurfacePoint> take_stride(std::span<const SurfacePoint> points, int stride) {
  CSM_EXPECT(stride > 0);
  std::vector<SurfacePoint> taken;
  for (std::size_t i = 0; i < points.size(); i += stride) taken.push_back(points[i]);
  return taken;
}

CanonicalFace make_canonical_face(const FaceTopology& topology,
                                  std::span<const SurfacePoint> used_points,
                                  std::vector<Point3> landmarks, int size, std::string source) {
  CSM_EXPECT(landmarks.size() == topology.canonical.vertices.size());

  // The landmarks are the surface that images are warped on.
  CanonicalFace face;
  face.size = size;
  face.source = std::move(source);
  face.surface = {std::move(landmarks), topology.canonical.triangles};

  // The used vertices f_i keep their places on its triangles.
  std::vector<Point2> flat;
  for (const Point3& v : face.surface.vertices) flat.push_back({v.x, v.y});
  face.vertices = place_points(used_points, face.surface.triangles, flat);

  // A point has the region of its triangle, and the texture coordinates between those of its
  // corners.
  const std::vector<Region> regions = label_triangles(topology);
  for (const SurfacePoint& point : used_points) {
    face.vertex_regions.push_back(regions[point.triangle]);
    std::array<double, 2> uv{};
    for (std::size_t corner = 0; corner < 3; ++corner) {
      const int vertex = topology.canonical.triangles[point.triangle][corner];
      for (std::size_t axis = 0; axis < 2; ++axis) {
        uv[axis] += point.weights[corner] * topology.uv[vertex][axis];
      }
    }
    face.vertex_uv.push_back(uv);
  }

  // So have the pixels of F.
  face.pixels = rasterise(face.surface, size, size);
  face.pixel_regions = Grid<Region>(size, size, Region::none);
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) {
      const int triangle = face.pixels.triangle(row, column);
      if (triangle >= 0) face.pixel_regions(row, column) = regions[triangle];
    }
  }
  return face;
}

}  // namespace csm
