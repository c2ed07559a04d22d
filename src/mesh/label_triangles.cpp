// The regions are polygons of landmarks on the subject's right half of the canonical face, in the
// frontal view; the left half is tested mirrored. They follow the edges of the mesh, so a triangle
// lies in one region as a whole.
#include <array>
#include <cmath>
#include <span>

#include "csm/core/error.h"
#include "face_topology.h"

namespace csm {
namespace {

constexpr std::array brow = {70, 63, 105, 66, 107, 55, 65, 52, 53, 46};
// From the lower edge of the brow over the inner corner, below the lower lid, to the outer corner.
constexpr std::array eye = {46,  53,  52,  65,  55,  221, 189, 244, 233,
                            232, 231, 230, 229, 228, 31,  226, 113};
// Midline to the side wall, round the wing, along the base.
constexpr std::array nose = {8, 55, 221, 189, 244, 128, 114, 217, 126, 209, 49, 129, 98, 97, 2};
// Both lips and the skin from the base of the nose to the fold of the chin.
constexpr std::array mouth = {2, 97, 98, 165, 92, 186, 57, 43, 106, 182, 83, 18};
constexpr std::array chin = {18, 83, 182, 106, 204, 211, 170, 149, 176, 148, 152};
constexpr std::array jaw = {106, 43,  57,  212, 214, 192, 213, 177, 132,
                            58,  172, 136, 150, 149, 170, 211, 204};
// Above the brows and beside the eye (the temple).
constexpr std::array forehead = {10,  109, 67, 103, 54, 21,  162, 127, 34, 143, 35,
                                 226, 113, 46, 70,  63, 105, 66,  107, 55, 8};
// What is left of each side: from the temple down to the jaw.

/// Even-odd rule in the plane; corners to the right of the midline are laid on it.
bool is_inside(Point2 p, std::span<const int> polygon, const std::vector<Point3>& vertices) {
  bool inside = false;
  for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Point3& a = vertices[polygon[i]];
    const Point3& b = vertices[polygon[j]];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x)
      inside = !inside;
  }
  return inside;
}

Region side_region(bool is_left, Region right, Region left) { return is_left ? left : right; }

}  // namespace

std::vector<Region> label_triangles(const FaceTopology& topology) {
  const std::vector<Point3>& vertices = topology.canonical.vertices;
  CSM_EXPECT(vertices.size() == 468);
  std::vector<Region> regions;
  regions.reserve(topology.canonical.triangles.size());
  for (const Triangle& triangle : topology.canonical.triangles) {
    Point2 centre;
    for (const Point3& corner : corners_of(triangle, topology.canonical)) {
      centre.x += corner.x / 3;
      centre.y += corner.y / 3;
    }

    // The polygons are those of the right half.
    const bool is_left = centre.x > 0;
    const Point2 mirrored{-std::abs(centre.x), centre.y};
    const auto in = [&](std::span<const int> polygon) {
      return is_inside(mirrored, polygon, vertices);
    };

    // Polygons overlap, so the first that holds the centre has the triangle.
    if (in(eye)) {
      regions.push_back(side_region(is_left, Region::right_eye, Region::left_eye));
    } else if (in(brow)) {
      regions.push_back(side_region(is_left, Region::right_brow, Region::left_brow));
    } else if (in(nose)) {
      regions.push_back(Region::nose);
    } else if (in(mouth)) {
      regions.push_back(Region::mouth);
    } else if (in(chin)) {
      regions.push_back(Region::chin);
    } else if (in(jaw)) {
      regions.push_back(side_region(is_left, Region::right_jaw, Region::left_jaw));
    } else if (in(forehead)) {
      regions.push_back(Region::forehead);
    } else {
      regions.push_back(side_region(is_left, Region::right_cheek, Region::left_cheek));
    }
  }
  return regions;
}

}  // namespace csm
