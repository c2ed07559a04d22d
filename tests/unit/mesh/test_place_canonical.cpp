#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include "csm/core/error.h"
#include "file_canonical.h"
#include "support/message_of.h"

namespace csm {
namespace {

using test::message_of;

using testing::AllOf;
using testing::HasSubstr;

constexpr int height = 300;
constexpr int width = 260;

/// The 68 points of iBUG, roughly: the jaw from the image's left over the chin (8) to the right,
/// the bridge of the nose (27) above its tip (30), the rest on a ring.
std::vector<Point3> make_face() {
  std::vector<Point3> face(68);
  for (int i = 0; i < 68; ++i) {
    const double angle = std::numbers::pi * (1 - i / 16.0);
    const double radius = i < 17 ? 80 : 40;
    face[static_cast<std::size_t>(i)] = {130 + radius * std::cos(angle),
                                         140 + radius * std::sin(angle), -radius};
  }
  for (int i = 27; i < 31; ++i)
    face[static_cast<std::size_t>(i)] = {130, 110 + 12.0 * (i - 27), 5.0 * i};
  return face;
}

template <class Change>
std::vector<Point3> changed(Change&& change) {
  std::vector<Point3> face = make_face();
  for (Point3& v : face) change(v);
  return face;
}

bool place(std::vector<Point3>& vertices) {
  return place_canonical(vertices, "face.obj", height, width);
}

std::string error_of(std::vector<Point3> vertices) {
  return message_of<InputError>([&] { place(vertices); });
}

TEST(PlaceCanonical, leaves_an_upright_face_as_it_is) {
  std::vector<Point3> face = make_face();
  EXPECT_FALSE(place(face));
  EXPECT_EQ(face, make_face());
}

TEST(PlaceCanonical, turns_y_from_the_bottom_and_z_from_the_viewer) {
  std::vector<Point3> face = changed([](Point3& v) { v = {v.x, height - 1 - v.y, -v.z}; });
  EXPECT_TRUE(place(face));
  for (std::size_t i = 0; i < face.size(); ++i) {
    EXPECT_EQ(face[i].x, make_face()[i].x);
    EXPECT_NEAR(face[i].y, make_face()[i].y, 1e-9);
    EXPECT_EQ(face[i].z, make_face()[i].z);
  }
}

TEST(PlaceCanonical, names_what_is_wrong) {
  EXPECT_THAT(error_of(changed([](Point3& v) { v.x = width - v.x; })),
              AllOf(HasSubstr("--canonical 'face.obj'"), HasSubstr("is mirrored")));
  EXPECT_THAT(error_of(changed([](Point3& v) { std::swap(v.x, v.y); })),
              HasSubstr("has x and y exchanged"));
  EXPECT_THAT(error_of(changed([](Point3& v) {
                v = {v.y, width - v.x, v.z};
              })),
              HasSubstr("lies on its side"));
  EXPECT_THAT(error_of(changed([](Point3& v) {
                v = {width - v.x, height - v.y, v.z};
              })),
              HasSubstr("is upside down"));
  EXPECT_THAT(error_of(changed([](Point3& v) {
                v = {v.x / width, v.y / height, v.z / width};
              })),
              AllOf(HasSubstr("is not in px"), HasSubstr("260 x 300 px")));
  EXPECT_THAT(error_of(changed([](Point3& v) { v.x += 150; })),
              HasSubstr("do not lie on a picture of 260 x 300 px"));
}

TEST(PlaceCanonical, checks_other_topologies_by_their_extent_only) {
  std::vector<Point3> face = changed([](Point3& v) { v.x = width - v.x; });
  face.pop_back();
  EXPECT_FALSE(place(face));
}

}  // namespace
}  // namespace csm
