#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <span>
#include <string>

#include "csm/core/error.h"
#include "file_canonical.h"
#include "mesh_view.h"
#include "place_mesh.h"

namespace csm {
namespace {

/// Which way up a mesh is, by vertices whose place on the face is known.
struct Orientation {
  Point2 down;   ///< from forehead to chin
  Point2 right;  ///< from the subject's right to the left, which is the right of the image
};

/// Vertices at the rim of the face as a frontal image shows it.
struct RimVertices {
  std::size_t n_vertices;
  std::size_t forehead;
  std::size_t chin;
  std::size_t picture_left;
  std::size_t picture_right;
};

constexpr std::array<RimVertices, 4> known = {{
    {43867, 97, 43597, 26321, 26075},  // PRNet
    {468, 10, 152, 234, 454},          // MediaPipe Face Mesh
    {478, 10, 152, 234, 454},          // the same with irises
    {68, 27, 8, 0, 16},                // iBUG: the bridge of the nose in place of the forehead
}};

/// The orientation of a mesh of a widespread topology: PRNet (43,867 vertices), MediaPipe (468,
/// with irises 478) and the 68 points of iBUG. None if the number of vertices names none of them.
std::optional<Orientation> find_orientation(std::span<const Point3> vertices) {
  for (const RimVertices& rim : known) {
    if (rim.n_vertices != vertices.size()) continue;
    const auto between = [&](std::size_t from, std::size_t to) {
      return Point2{vertices[to].x - vertices[from].x, vertices[to].y - vertices[from].y};
    };
    return Orientation{between(rim.forehead, rim.chin),
                       between(rim.picture_left, rim.picture_right)};
  }
  return std::nullopt;
}

/// Whether an upright, unmirrored face could have it: forehead above chin within 45 degrees, left
/// and right in place.
bool is_upright(const Orientation& orientation) {
  return orientation.down.y > std::abs(orientation.down.x) &&
         orientation.right.x > std::abs(orientation.right.y);
}

bool turn_upright(std::vector<Point3>& vertices, const std::string& name, int height) {
  const auto orientation = find_orientation(vertices);
  if (!orientation || is_upright(*orientation)) return false;
  const auto [down, right] = *orientation;
  if (is_upright({{down.x, -down.y}, {right.x, -right.y}})) {
    turn_over(vertices, height);
    return true;
  }
  const bool is_mirrored = right.x * down.y - right.y * down.x < 0;
  const std::string advice = "Give the mesh of an upright frontal face, x to the right and y down.";
  if (is_mirrored && down.y > std::abs(down.x)) {
    throw InputError({name + " is mirrored: the subject's left lies on the left of the picture",
                      "left and right of the map would be exchanged", advice});
  }
  if (is_mirrored)
    throw InputError({name + " has x and y exchanged", "the map would lie on its side",
                      "Write x, y and z in this order."});
  throw InputError({name + (down.y < -std::abs(down.x) ? " is upside down" : " lies on its side"),
                    "the map would be painted so", advice});
}

void check_extent(const std::vector<Point3>& vertices, const std::string& name, int height,
                  int width) {
  const std::string frame = std::to_string(width) + " x " + std::to_string(height) + " px";
  if (counts_in_shares(vertices)) {
    throw InputError({name + " is not in px: " + describe_extent(vertices),
                      "the map is painted on " + frame,
                      "Multiply x by the width and y by the height of its picture."});
  }
  const auto [left, right] = std::minmax_element(
      vertices.begin(), vertices.end(), [](const Point3& a, const Point3& b) { return a.x < b.x; });
  const auto [top, bottom] = std::minmax_element(
      vertices.begin(), vertices.end(), [](const Point3& a, const Point3& b) { return a.y < b.y; });
  const double longer = std::max(right->x - left->x, bottom->y - top->y);
  if (left->x < 0 || top->y < 0 || right->x > width || bottom->y > height ||
      longer < 0.1 * std::max(width, height)) {
    throw InputError("The vertices of " + name + " do not lie on a picture of " + frame +
                     " (they are counted in px of it): " + describe_extent(vertices) +
                     ". Give the picture that belongs to it as --canonical-image?");
  }
}

}  // namespace

bool place_canonical(std::vector<Point3>& vertices, const std::filesystem::path& file, int height,
                     int width) {
  const std::string name = "--canonical '" + file.string() + "'";
  const bool is_turned_over = turn_upright(vertices, name, height);
  check_extent(vertices, name, height, width);
  if (has_depth_away(vertices)) {
    for (Point3& v : vertices) v.z = -v.z;
  }
  return is_turned_over;
}

}  // namespace csm
