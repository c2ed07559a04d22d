#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "canonical_view.h"
#include "csm/core/error.h"
#include "face_fixture.h"
#include "support/message_of.h"
#include "surface_point.h"

namespace csm {
namespace {

using test::message_of;

using testing::HasSubstr;

TEST(Rasterise, ShowsTheNearestTriangleAndExactWeights) {
  TriangleMesh mesh;
  mesh.vertices = {{0, 0, 0}, {0, 8, 0}, {12, 0, 0}, {0, 0, 5}, {0, 4, 5}, {4, 0, 5}};
  mesh.triangles = {{0, 1, 2}, {3, 4, 5}};
  for (int order = 0; order < 2; ++order) {
    const SurfaceMap map = rasterise(mesh, 10, 14);
    const int front = order == 0 ? 1 : 0;
    EXPECT_EQ(map.triangle(0, 0), front);
    EXPECT_EQ(map.triangle(1, 6), 1 - front);
    EXPECT_EQ(map.triangle(9, 13), -1);
    EXPECT_EQ(map.triangle(7, 3), -1) << "beyond the long side";
    const auto weights = map.weights(1, 6);  // centre (6.5, 1.5)
    EXPECT_NEAR(static_cast<double>(weights[2]), 6.5 / 12, 1e-6);
    EXPECT_NEAR(static_cast<double>(weights[1]), 1.5 / 8, 1e-6);
    std::swap(mesh.triangles[0], mesh.triangles[1]);
  }
}

TEST(Rasterise, LeavesNoGapBetweenNeighbours) {
  const FaceTopology topology = bowl_topology(17, 15);
  const SurfaceMap map =
      rasterise({frontal_view(topology, 101), topology.canonical.triangles}, 101, 101);
  // The bowl's outline is a rectangle: every row inside it is filled from its first to its last
  // pixel.
  int n_filled = 0;
  for (int row = 0; row < 101; ++row) {
    for (int column = 1; column + 1 < 101; ++column) {
      n_filled += map.triangle(row, column) >= 0 ? 1 : 0;
      if (map.triangle(row, column - 1) >= 0 && map.triangle(row, column + 1) >= 0) {
        EXPECT_GE(map.triangle(row, column), 0);
      }
    }
  }
  EXPECT_NEAR(n_filled, 0.82 * 101 * 0.82 * 101 * 14 / 18, 200);
}

TEST(FrontalView, IsCentredWithTheSubjectsLeftOnTheRight) {
  const FaceTopology topology = bowl_topology(17, 15);
  const std::vector<Point3> view = frontal_view(topology, 200);
  const Point3& right_ear = view.front();  // x = -7, y = 9
  const Point3& left_chin = view.back();   // x = 7, y = -9
  EXPECT_NEAR(right_ear.x + left_chin.x, 200, 1e-9);
  EXPECT_NEAR(right_ear.y + left_chin.y, 200, 1e-9);
  EXPECT_NEAR(left_chin.y - right_ear.y, 164, 1e-9);
  EXPECT_NEAR(left_chin.x - right_ear.x, 164.0 * 14 / 18, 1e-9) << "one scale for both axes";
  EXPECT_GT(left_chin.x, right_ear.x);
}

TEST(FrontFacing, FollowsTheTurnOfTheCorners) {
  const FaceTopology topology = bowl_topology(5, 5);
  std::vector<Point2> seen;
  for (const Point3& v : frontal_view(topology, 100)) seen.push_back({v.x, v.y});
  EXPECT_THAT(front_facing_triangles(topology.canonical.triangles, seen), testing::Each(1));
  for (Point2& p : seen) p.x = -p.x;
  EXPECT_THAT(front_facing_triangles(topology.canonical.triangles, seen), testing::Each(0));
}

TEST(PlacePoints, WeighsTheCorners) {
  const std::vector<SurfacePoint> points{{0, {0.5, 0.25, 0.25}}};
  const std::vector<Triangle> triangles{{2, 0, 1}};
  const std::vector<Point2> vertices{{4, 0}, {0, 8}, {10, 20}};
  EXPECT_EQ(place_points(points, triangles, vertices).front(), (Point2{6, 12}));
}

TEST(Topology, NamesTheFieldThatIsWrong) {
  const std::string vertices = R"("vertices": [[0,0,0],[1,0,0],[0,1,0]])";
  const std::string triangles = R"("triangles": [[0,1,2]])";
  const std::string uv = R"("uv": [[0,0],[1,0],[0,1]])";
  const std::string procrustes = R"("procrustes": [[0,1.5]])";
  const auto parse = [&](const std::string& v, const std::string& t, const std::string& u,
                         const std::string& p) {
    return parse_topology("{" + v + "," + t + "," + u + "," + p + "}", "m.pt");
  };
  const FaceTopology topology = parse(vertices, triangles, uv, procrustes);
  EXPECT_EQ(topology.canonical.vertices[1], (Point3{1, 0, 0}));
  EXPECT_EQ(topology.canonical.triangles.front(), (Triangle{0, 1, 2}));
  EXPECT_EQ(topology.procrustes.front(), (std::pair<int, double>(0, 1.5)));
  const auto error = [&](const auto& call) { return message_of<InputError>(call); };
  EXPECT_THAT(error([&] { parse(vertices, R"("triangles": [[0,1,3]])", uv, procrustes); }),
              HasSubstr("'triangles' names the vertex 3"));
  EXPECT_THAT(error([&] { parse(vertices, triangles, R"("uv": [[0,0]])", procrustes); }),
              HasSubstr("different lengths"));
  EXPECT_THAT(error([&] { parse(vertices, triangles, uv, R"("other": 1)"); }),
              HasSubstr("'procrustes' is missing"));
  EXPECT_THAT(error([&] { parse(vertices, R"("triangles": [[0,1]])", uv, procrustes); }),
              HasSubstr("lists of 3 numbers"));
  EXPECT_THAT(error([] { parse_topology("{", "m.pt"); }), HasSubstr("cannot be read"));
  EXPECT_THAT(error([] { parse_topology("", "m.pt"); }), HasSubstr("'m.pt'"));
}

TEST(Shading, PaintsTheFaceAndLeavesTheGroundWhite) {
  const FaceTopology topology = bowl_topology(17, 15);
  CanonicalFace face;
  face.size = 64;
  face.surface = {frontal_view(topology, 64), topology.canonical.triangles};
  face.pixels = rasterise(face.surface, 64, 64);
  const RgbImage image = render_shaded(face);
  EXPECT_EQ(image.pixel(0, 0)[0], 255);
  EXPECT_LT(image.pixel(32, 32)[0], 226);
  EXPECT_GT(image.pixel(32, 32)[0], 60);
  EXPECT_GT(image.pixel(16, 16)[0], image.pixel(48, 48)[0])
      << "the light comes from the upper left";
}

}  // namespace
}  // namespace csm
