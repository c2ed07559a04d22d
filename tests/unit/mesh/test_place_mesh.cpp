#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "place_mesh.h"
#include "support/message_of.h"

namespace csm {
namespace {

using test::message_of;

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

constexpr int image_height = 300;
constexpr int image_width = 240;

/// A bowl without symmetry, 7 x 6 vertices; x to the subject's left, y up, z to the viewer.
std::vector<Point3> make_canonical() {
  std::vector<Point3> vertices;
  for (int row = 0; row < 7; ++row) {
    for (int column = 0; column < 6; ++column) {
      const double x = -50 + 20.0 * column;
      const double y = 70 - 23.0 * row;
      vertices.push_back({x, y, 60 - 0.012 * (x * x + y * y) - 0.05 * y});
    }
  }
  return vertices;
}

/// The canonical mesh turned by yaw and roll [deg], as it lies in the image: about its middle, x
/// right, y down.
std::vector<Point3> seen(double yaw, double roll) {
  const double a = yaw * std::numbers::pi / 180;
  const double b = roll * std::numbers::pi / 180;
  std::vector<Point3> mesh;
  for (const Point3& v : make_canonical()) {
    const double x = std::cos(a) * v.x + std::sin(a) * v.z;
    const double z = -std::sin(a) * v.x + std::cos(a) * v.z;
    mesh.push_back({120 + std::cos(b) * x + std::sin(b) * v.y,
                    150 - (-std::sin(b) * x + std::cos(b) * v.y), z});
  }
  return mesh;
}

template <class Change>
std::vector<Point3> changed(std::vector<Point3> mesh, Change&& change) {
  for (Point3& v : mesh) change(v);
  return mesh;
}

PlacedMesh place(std::vector<Point3> mesh) {
  return place_mesh(std::move(mesh), make_canonical(), image_height, image_width);
}

std::string reason(const std::vector<Point3>& mesh) {
  return message_of<ImageError>([&] { place(mesh); });
}

TEST(PlaceMesh, leaves_upright_meshes_as_they_are) {
  for (const double yaw : {-80.0, -30.0, 0.0, 45.0, 80.0}) {
    for (const double roll : {-50.0, -45.0, 0.0, 20.0, 50.0}) {
      const PlacedMesh mesh = place(seen(yaw, roll));
      EXPECT_EQ(mesh.vertices, seen(yaw, roll)) << yaw << " " << roll;
      EXPECT_FALSE(mesh.is_turned_over);
      EXPECT_TRUE(mesh.has_depth);
    }
  }
}

TEST(PlaceMesh, turns_y_that_is_counted_from_the_bottom) {
  for (const double yaw : {-60.0, 0.0, 60.0}) {
    const PlacedMesh mesh =
        place(changed(seen(yaw, 15), [](Point3& v) { v.y = image_height - 1 - v.y; }));
    EXPECT_TRUE(mesh.is_turned_over) << yaw;
    EXPECT_TRUE(mesh.has_depth);
    for (std::size_t i = 0; i < mesh.vertices.size(); ++i) {
      EXPECT_NEAR(mesh.vertices[i].x, seen(yaw, 15)[i].x, 1e-9);
      EXPECT_NEAR(mesh.vertices[i].y, seen(yaw, 15)[i].y, 1e-9);
      EXPECT_NEAR(mesh.vertices[i].z, seen(yaw, 15)[i].z, 1e-9);
    }
  }
}

TEST(PlaceMesh, turns_z_that_runs_away_from_the_viewer) {
  const PlacedMesh mesh = place(changed(seen(30, 0), [](Point3& v) { v.z = -v.z; }));
  EXPECT_EQ(mesh.vertices, seen(30, 0));
  EXPECT_TRUE(mesh.has_depth);
  EXPECT_FALSE(place(changed(seen(30, 0), [](Point3& v) { v.z = 0; })).has_depth);
}

TEST(PlaceMesh, checks_meshes_whose_depth_has_another_unit) {
  const std::vector<Point3> canonical =
      changed(make_canonical(), [](Point3& v) { v.z = v.z / 300; });
  const auto from_bottom = changed(seen(30, 0), [](Point3& v) { v.y = image_height - 1 - v.y; });
  EXPECT_TRUE(place_mesh(from_bottom, canonical, image_height, image_width).is_turned_over);
  EXPECT_FALSE(place_mesh(seen(-60, 10), canonical, image_height, image_width).is_turned_over);
  const auto mirrored = changed(seen(30, 0), [](Point3& v) { v.x = image_width - v.x; });
  EXPECT_THAT(
      message_of<ImageError>([&] { place_mesh(mirrored, canonical, image_height, image_width); }),
      StartsWith("the mesh is mirrored"));
}

TEST(PlaceMesh, refuses_shares_of_the_photo) {
  const auto shares = changed(seen(0, 0), [](Point3& v) {
    v = {v.x / image_width, v.y / image_height, v.z / image_width};
  });
  EXPECT_THAT(reason(shares),
              AllOf(StartsWith("the mesh is not in px: x from 0."), HasSubstr("240 x 300 px")));
  const auto centred = changed(shares, [](Point3& v) { v = {2 * v.x - 1, 1 - 2 * v.y, v.z}; });
  EXPECT_THAT(reason(centred), StartsWith("the mesh is not in px"));
}

TEST(PlaceMesh, refuses_px_of_a_crop_or_of_another_size) {
  const auto moved = changed(seen(0, 0), [](Point3& v) { v.x += 150; });
  EXPECT_THAT(reason(moved),
              AllOf(StartsWith("the mesh lies outside its photo"), HasSubstr("240 x 300 px")));
  const auto enlarged = changed(seen(0, 0), [](Point3& v) { v = {4 * v.x, 4 * v.y, 4 * v.z}; });
  EXPECT_THAT(reason(enlarged), StartsWith("the mesh lies outside its photo"));
}

TEST(PlaceMesh, refuses_what_is_mirrored_or_exchanged) {
  EXPECT_THAT(reason(changed(seen(20, 0), [](Point3& v) { v.x = image_width - v.x; })),
              StartsWith("the mesh is mirrored"));
  EXPECT_THAT(reason(changed(seen(20, 0), [](Point3& v) { std::swap(v.x, v.y); })),
              StartsWith("the mesh has x and y exchanged"));
}

TEST(PlaceMesh, refuses_meshes_of_the_photo_before_its_orientation) {
  for (const double roll : {-90.0, 80.0, 100.0}) {
    EXPECT_THAT(reason(seen(10, roll)),
                AllOf(StartsWith("the mesh lies on its side: roll "), HasSubstr("EXIF")))
        << roll;
  }
  EXPECT_THAT(reason(seen(10, 180)),
              AllOf(StartsWith("the mesh is upside down"), HasSubstr("EXIF")));
  EXPECT_THAT(reason(seen(-40, 175)), StartsWith("the mesh is upside down"));
}

TEST(PlaceMesh, refuses_another_shape_and_uneven_scales) {
  std::vector<Point3> shuffled = seen(0, 0);
  for (std::size_t i = 0; i < shuffled.size(); ++i)
    shuffled[i] = seen(0, 0)[i * 11 % shuffled.size()];
  EXPECT_THAT(reason(shuffled), StartsWith("the mesh has not the shape of the canonical mesh"));
  EXPECT_THAT(reason(changed(seen(0, 0), [](Point3& v) { v.x = v.x / 3; })),
              StartsWith("the mesh has x and y on different scales"));
}

TEST(PlaceMesh, checks_flat_meshes_too) {
  std::vector<Point3> canonical = make_canonical();
  std::vector<Point3> mesh = seen(0, 10);
  for (Point3& v : canonical) v.z = 0;
  for (Point3& v : mesh) v.z = 0;
  const auto flat_reason = [&](const std::vector<Point3>& vertices) {
    return message_of<ImageError>(
        [&] { place_mesh(vertices, canonical, image_height, image_width); });
  };
  const PlacedMesh placed = place_mesh(mesh, canonical, image_height, image_width);
  EXPECT_EQ(placed.vertices, mesh);
  EXPECT_FALSE(placed.has_depth);
  const auto from_bottom = changed(mesh, [](Point3& v) { v.y = image_height - 1 - v.y; });
  EXPECT_TRUE(place_mesh(from_bottom, canonical, image_height, image_width).is_turned_over);
  EXPECT_THAT(flat_reason(changed(mesh, [](Point3& v) { v.x = image_width - v.x; })),
              StartsWith("the mesh is mirrored"));
}

TEST(MeshView, tells_which_way_z_runs) {
  const std::vector<Point3> canonical = make_canonical();
  EXPECT_FALSE(has_depth_away(canonical));
  EXPECT_TRUE(has_depth_away(changed(canonical, [](Point3& v) { v.z = -v.z; })));
  EXPECT_FALSE(has_depth_away(changed(canonical, [](Point3& v) { v.z = 3; })));
  EXPECT_NEAR(view_mesh(canonical, seen(0, 30)).roll, std::numbers::pi / 6, 1e-9);
  EXPECT_NEAR(view_mesh(canonical, seen(40, 0)).likeness, 1, 1e-9);
}

const Detection detected = {
    .box = {100, 100, 100, 100},
    .points = {{{130, 135}, {170, 135}, {150, 155}, {150, 178}, {105, 140}, {195, 140}}},
    .score = 0.9};

MeshPlace place(double scale, double shift) {
  std::array<Point2, 5> five = {{{130, 135}, {170, 135}, {150, 155}, {135, 178}, {165, 178}}};
  for (Point2& p : five) p = {150 + scale * (p.x - 150) + shift, 150 + scale * (p.y - 150)};
  return {.box = {150 - 50 * scale + shift, 150 - 50 * scale, 100 * scale, 100 * scale},
          .five_points = five};
}

TEST(MeshOnFace, goes_by_eyes_nose_and_mouth_where_they_are_known) {
  EXPECT_TRUE(lies_on(place(1, 0), detected));
  EXPECT_TRUE(lies_on(place(1.1, 5), detected));
  EXPECT_FALSE(lies_on(place(1, 20), detected));
  EXPECT_FALSE(lies_on(place(1.8, 0), detected));
  EXPECT_FALSE(lies_on(place(0.3, 0), detected));
}

TEST(MeshOnFace, goes_by_the_boxes_else) {
  const auto without_points = [](double scale, double shift, double outside) {
    MeshPlace mesh = place(scale, shift);
    mesh.five_points.reset();
    mesh.outside = outside;
    return lies_on(mesh, detected);
  };
  EXPECT_TRUE(without_points(1, 20, 0));
  EXPECT_TRUE(without_points(1.4, 0, 0)) << "a mesh with neck and ears";
  EXPECT_FALSE(without_points(1.7, 0, 0));
  EXPECT_FALSE(without_points(1, 50, 0));
  EXPECT_TRUE(without_points(1, 35, 0.1));
  EXPECT_FALSE(without_points(1, 35, 0.3)) << "off the photo too";
}

}  // namespace
}  // namespace csm
