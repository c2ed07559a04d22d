#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "canonical_view.h"
#include "csm/mesh/regions.h"
#include "face_topology.h"

namespace csm {
namespace {

struct Landmark {
  int index;
  double x;  // about cm, to the subject's left
  double y;  // up
};

/// The landmarks of the subject's right half that bound the regions, read off a drawing of the
/// canonical face to a millimetre.
const std::vector<Landmark> landmarks = {
    {2, 0.0, -2.1},    {8, 0.0, 4.0},     {10, 0.0, 8.3},    {18, 0.0, -6.1},   {21, -7.1, 5.4},
    {31, -5.1, 1.9},   {34, -7.2, 2.3},   {35, -5.8, 2.3},   {43, -2.7, -5.0},  {46, -5.3, 3.9},
    {49, -1.7, -0.6},  {52, -3.7, 4.5},   {53, -4.6, 4.3},   {54, -6.3, 6.6},   {55, -1.2, 4.1},
    {57, -3.1, -4.4},  {58, -6.7, -4.8},  {63, -5.0, 4.8},   {65, -2.6, 4.5},   {66, -2.8, 5.1},
    {67, -3.5, 8.0},   {70, -5.7, 4.3},   {83, -0.8, -6.1},  {92, -2.4, -3.1},  {97, -0.6, -2.0},
    {98, -1.4, -1.7},  {103, -5.1, 7.5},  {105, -4.0, 5.1},  {106, -2.2, -5.4}, {107, -1.4, 5.0},
    {109, -1.9, 8.2},  {113, -5.0, 3.1},  {114, -1.3, 1.4},  {126, -1.6, 0.3},  {127, -7.7, 2.4},
    {128, -1.4, 1.9},  {129, -1.8, -1.0}, {132, -7.3, -2.9}, {136, -5.1, -7.2}, {143, -6.4, 2.2},
    {148, -1.3, -9.3}, {149, -3.2, -8.5}, {150, -4.1, -8.0}, {152, 0.0, -9.4},  {162, -7.6, 4.1},
    {165, -1.8, -2.7}, {170, -3.3, -7.7}, {172, -5.9, -6.2}, {176, -2.3, -9.0}, {177, -7.0, -2.4},
    {182, -1.5, -5.8}, {186, -2.9, -3.7}, {189, -1.3, 3.1},  {192, -5.4, -4.0}, {204, -2.7, -6.1},
    {209, -1.5, -0.1}, {211, -3.1, -6.8}, {212, -3.7, -4.5}, {213, -6.1, -3.2}, {214, -4.6, -4.7},
    {217, -1.3, 0.8},  {221, -1.8, 3.5},  {226, -5.2, 2.5},  {228, -4.7, 1.7},  {229, -4.1, 1.5},
    {230, -3.3, 1.5},  {231, -2.5, 1.6},  {232, -2.0, 1.9},  {233, -1.6, 2.1},  {244, -1.3, 2.5}};

struct Probe {
  const char* what;
  double x;
  double y;
  Region region;
};

/// Places of the face that anyone can name; the subject's right is at x < 0.
const std::vector<Probe> probes = {
    {"right pupil", -3.2, 2.6, Region::right_eye},
    {"left pupil", 3.2, 2.6, Region::left_eye},
    {"right lower lid", -3.2, 1.8, Region::right_eye},
    {"middle of the right brow", -3.3, 4.8, Region::right_brow},
    {"middle of the left brow", 3.3, 4.8, Region::left_brow},
    {"outer end of the right brow", -5.3, 4.3, Region::right_brow},
    {"bridge of the nose", 0.1, 2.0, Region::nose},
    {"tip of the nose", 0.1, -1.0, Region::nose},
    {"right nostril", -1.0, -1.4, Region::nose},
    {"upper lip", 0.1, -3.7, Region::mouth},
    {"skin above the upper lip", -0.1, -2.6, Region::mouth},
    {"lower lip", -0.1, -5.0, Region::mouth},
    {"right corner of the mouth", -2.4, -4.3, Region::mouth},
    {"left corner of the mouth", 2.4, -4.3, Region::mouth},
    {"point of the chin", 0.1, -8.0, Region::chin},
    {"middle of the forehead", 0.1, 6.5, Region::forehead},
    {"right temple", -6.6, 4.0, Region::forehead},
    {"left temple", 6.6, 4.0, Region::forehead},
    {"between the brows", 0.1, 4.5, Region::forehead},
    {"right cheek", -4.5, 0.0, Region::right_cheek},
    {"left cheek", 4.5, 0.0, Region::left_cheek},
    {"right cheek beside the wing of the nose", -2.6, -1.2, Region::right_cheek},
    {"right corner of the jaw", -5.9, -5.2, Region::right_jaw},
    {"left corner of the jaw", 5.9, -5.2, Region::left_jaw},
};

/// A topology of 468 vertices whose triangles are tiny ones round the probes.
FaceTopology probe_topology() {
  FaceTopology topology;
  topology.canonical.vertices.resize(468);
  topology.uv.resize(468);
  std::set<int> used;
  for (const Landmark& landmark : landmarks) {
    topology.canonical.vertices[static_cast<std::size_t>(landmark.index)] = {landmark.x, landmark.y,
                                                                             0};
    used.insert(landmark.index);
  }
  int next = 0;
  const auto add_vertex = [&](double x, double y) {
    while (used.count(next) > 0) ++next;
    topology.canonical.vertices[static_cast<std::size_t>(next)] = {x, y, 0};
    return next++;
  };
  for (const Probe& probe : probes) {
    const int a = add_vertex(probe.x - 0.15, probe.y);
    const int b = add_vertex(probe.x + 0.15, probe.y - 0.1);
    const int c = add_vertex(probe.x, probe.y + 0.15);
    topology.canonical.triangles.push_back({a, b, c});
  }
  return topology;
}

TEST(Regions, NamePlacesOfTheFaceRightly) {
  const std::vector<Region> regions = label_triangles(probe_topology());
  ASSERT_EQ(regions.size(), probes.size());
  for (std::size_t i = 0; i < probes.size(); ++i) {
    EXPECT_EQ(region_names[static_cast<std::size_t>(regions[i])],
              region_names[static_cast<std::size_t>(probes[i].region)])
        << probes[i].what;
  }
}

TEST(Regions, AreAllTriedAbove) {
  std::set<Region> tried;
  for (const Probe& probe : probes) tried.insert(probe.region);
  EXPECT_EQ(static_cast<int>(tried.size()), n_regions - 1) << "all but `none`";
}

TEST(CanonicalFace, HasTheSubjectsLeftOnTheRightOfThePicture) {
  const FaceTopology topology = probe_topology();
  std::vector<SurfacePoint> points;
  for (std::size_t t = 0; t < probes.size(); ++t)
    points.push_back({static_cast<int>(t), {0.3, 0.3, 0.4}});
  const CanonicalFace face =
      make_canonical_face(topology, points, frontal_view(topology, 619), 619, "test");
  ASSERT_EQ(face.vertices.size(), probes.size());
  for (std::size_t i = 0; i < probes.size(); ++i) {
    EXPECT_EQ(face.vertex_regions[i], probes[i].region) << probes[i].what;
    const int row = static_cast<int>(face.vertices[i].y);
    const int column = static_cast<int>(face.vertices[i].x);
    EXPECT_EQ(face.pixel_regions(row, column), probes[i].region) << probes[i].what;
    EXPECT_EQ(face.pixels.triangle(row, column), static_cast<int>(i)) << probes[i].what;
    const std::string_view name = region_names[static_cast<std::size_t>(probes[i].region)];
    if (name.starts_with("left")) {
      EXPECT_GT(face.vertices[i].x, 619 / 2.0) << probes[i].what;
    }
    if (name.starts_with("right")) {
      EXPECT_LT(face.vertices[i].x, 619 / 2.0) << probes[i].what;
    }
  }
  EXPECT_LT(face.vertices[15].y, face.vertices[0].y) << "the forehead is above the eye";
  EXPECT_LT(face.vertices[0].y, face.vertices[14].y) << "the eye is above the chin";
  EXPECT_EQ(face.pixel_regions(0, 0), Region::none);
}

}  // namespace
}  // namespace csm
