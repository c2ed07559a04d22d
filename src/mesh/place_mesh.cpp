#include "place_mesh.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/sizes.h"

namespace csm {
namespace {

constexpr std::size_t least_vertices = 8;  // fewer do not make a shape
constexpr double least_likeness =
    0.5;  // real meshes: above 0.99; vertices in another order: about 0
constexpr double seen_from_behind = -0.35;    // the head would be turned by more than 110 degrees
constexpr double largest_aspect = 2.5;        // real meshes: 0.92 to 1.12
constexpr double most_outside = 0.5;          // share of vertices off the image
constexpr double largest_roll = 60;           // [deg]
constexpr double smallest_upside_down = 120;  // [deg]

double degrees(double radians) { return radians * 180 / std::numbers::pi; }

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof(text), "%.3g", value);
  return text;
}

/// @param roll [deg] of the mesh when its y axis is turned over
[[noreturn]] void fail_mirrored(double roll) {
  if (std::abs(roll) >= smallest_upside_down) {
    throw ImageError("the mesh is mirrored",
                     "its left is the canonical mesh's right: is x counted from the right, or "
                     "was the photo mirrored after the mesh was made?");
  }
  throw ImageError("the mesh has x and y exchanged", "write x, y and z in this order");
}

/// @param roll [deg]
[[noreturn]] void fail_turned(double roll) {
  const std::string advice =
      "are its px those of the photo before its EXIF orientation was applied? Turn the mesh, or "
      "the photo if the "
      "face lies so in it";
  if (std::abs(roll) >= smallest_upside_down) throw ImageError("the mesh is upside down", advice);
  throw ImageError("the mesh lies on its side",
                   "roll " + number(std::round(roll)) + " degrees: " + advice);
}

void check_shape(const MeshView& view) {
  if (!(view.likeness >= least_likeness)) {
    throw ImageError(
        "the mesh has not the shape of the canonical mesh",
        "a view of the canonical mesh explains " + number(100 * std::max(0.0, view.likeness)) +
            " % of its vertices' spread: are they in another order, or of another kind of mesh?");
  }
  if (!(view.aspect <= largest_aspect && view.aspect >= 1 / largest_aspect)) {
    throw ImageError("the mesh has x and y on different scales",
                     "x is scaled " + number(view.aspect) +
                         " times as much as y: both are counted in px of the photo");
  }
}

/// Turns a mesh over that counts y from the bottom. Errors: as place_mesh.
void bring_upright(PlacedMesh& mesh, std::span<const Point3> canonical, int height) {
  MeshView view = view_mesh(canonical, mesh.vertices);
  check_shape(view);
  if (view.facing < seen_from_behind) {
    turn_over(mesh.vertices, height);
    mesh.is_turned_over = true;
    view = view_mesh(canonical, mesh.vertices);
    if (std::abs(degrees(view.roll)) > largest_roll) fail_mirrored(degrees(view.roll));
  }
  if (std::abs(degrees(view.roll)) > largest_roll) fail_turned(degrees(view.roll));
  mesh.has_depth = view.depth_sign != 0;
  if (view.depth_sign < 0) {
    for (Point3& v : mesh.vertices) v.z = -v.z;
  }
}

}  // namespace

double share_outside(std::span<const Point3> vertices, int height, int width) {
  const auto n = std::count_if(vertices.begin(), vertices.end(), [&](const Point3& v) {
    return v.x < 0 || v.y < 0 || v.x > width || v.y > height;
  });
  return static_cast<double>(n) / static_cast<double>(vertices.size());
}

std::string describe_extent(std::span<const Point3> vertices) {
  const auto range = [&](double Point3::*axis) {
    const auto [low, high] =
        std::minmax_element(vertices.begin(), vertices.end(),
                            [&](const Point3& a, const Point3& b) { return a.*axis < b.*axis; });
    return number((*low).*axis) + " to " + number((*high).*axis);
  };
  return "x from " + range(&Point3::x) + ", y from " + range(&Point3::y);
}

bool counts_in_shares(std::span<const Point3> vertices) {
  return std::all_of(vertices.begin(), vertices.end(),
                     [](const Point3& v) { return std::abs(v.x) <= 2 && std::abs(v.y) <= 2; });
}

void turn_over(std::vector<Point3>& vertices, int height) {
  for (Point3& v : vertices) v.y = height - 1 - v.y;
}

PlacedMesh place_mesh(std::vector<Point3> vertices, std::span<const Point3> canonical, int height,
                      int width) {
  CSM_EXPECT(vertices.size() == canonical.size() && !vertices.empty());
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " px";
  if (counts_in_shares(vertices)) {
    throw ImageError("the mesh is not in px",
                     describe_extent(vertices) +
                         ": multiply x by the width and y by the height of the photo, " + size);
  }
  PlacedMesh mesh{.vertices = std::move(vertices), .has_depth = false};
  if (mesh.vertices.size() >= least_vertices) bring_upright(mesh, canonical, height);
  if (share_outside(mesh.vertices, height, width) > most_outside) {
    throw ImageError("the mesh lies outside its photo",
                     describe_extent(mesh.vertices) + ", but the photo has " + size +
                         ": are they px of a crop, or of the photo at another size?");
  }
  return mesh;
}

bool lies_on(const MeshPlace& mesh, const Detection& face) {
  constexpr double most_distance = 0.14;  // of the width of the face's box
  constexpr double much_outside = 0.25;
  if (!mesh.five_points)
    return overlap(mesh.box, face.box) >= (mesh.outside > much_outside ? 0.5 : 0.4);
  const std::array<Point2, 5>& five = *mesh.five_points;
  const Point2 mouth{(five[3].x + five[4].x) / 2, (five[3].y + five[4].y) / 2};
  const std::array<Point2, 4> points = {five[0], five[1], five[2], mouth};
  double sum = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double distance =
        std::hypot(points[i].x - face.points[i].x, points[i].y - face.points[i].y);
    sum += distance * distance;
  }
  return std::sqrt(sum / int_size(points)) <= most_distance * face.box.width;
}

}  // namespace csm
