#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

#include "csm/core/error.h"
#include "csm/mesh/crop.h"
#include "csm/mesh/fitter.h"
#include "csm/mesh/mesh_options.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using test::message_of;
using test::TemporaryFolder;

using testing::AllOf;
using testing::HasSubstr;

/// 12 rows x 10 columns over an image of 619 px: x 100 to 460, y 120 to 560, z highest in the
/// middle.
std::vector<Point3> canonical_vertices() {
  std::vector<Point3> vertices;
  for (int row = 0; row < 12; ++row) {
    for (int column = 0; column < 10; ++column) {
      const double x = 100 + 40.0 * column;
      const double y = 120 + 40.0 * row;
      vertices.push_back({x, y, 200 - 0.002 * ((x - 280) * (x - 280) + (y - 340) * (y - 340))});
    }
  }
  return vertices;
}

std::string to_obj(const std::vector<Point3>& vertices, std::size_t stride = 1) {
  std::ostringstream text;
  text.precision(17);
  for (std::size_t i = 0; i < vertices.size(); i += stride)
    text << "v " << vertices[i].x << " " << vertices[i].y << " " << vertices[i].z << "\n";
  return text.str();
}

class FileFitterTest : public testing::Test {
 protected:
  FileFitterTest() {
    options_.mesh = MeshSource::files;
    options_.canonical = folder_.write("canonical.obj", to_obj(canonical_vertices()));
    options_.mesh_dir = folder_.path() / "meshes";
    options_.canonical_size = 1238;  // twice the authors' image
    options_.vertex_stride = 1;
    std::filesystem::create_directories(options_.mesh_dir);
  }

  std::unique_ptr<MeshFitter> make() const { return make_mesh_fitter(options_, ComputeDevice{}); }

  FittedFace fit(const std::string& image) const {
    return make()->fit(RgbImage(700, 800), {}, folder_.path() / image);
  }

  std::string reason(const std::string& image) const {
    try {
      fit(image);
    } catch (const ImageError& error) {
      return error.what();
    }
    return "fitted";
  }

  TemporaryFolder folder_;
  MeshOptions options_;
};

TEST_F(FileFitterTest, ScalesTheCanonicalMeshFromTheAuthorsPicture) {
  const auto fitter = make();
  const CanonicalFace& face = fitter->canonical();
  ASSERT_EQ(face.vertices.size(), 120U);
  EXPECT_NEAR(face.vertices[0].x, 200, 1e-9);
  EXPECT_NEAR(face.vertices[0].y, 240, 1e-9);
  EXPECT_NEAR(face.vertices[119].x, 920, 1e-9);
  EXPECT_NEAR(face.vertices[119].y, 1120, 1e-9);
  EXPECT_EQ(face.surface.triangles.size(), 2U * 9 * 11) << "Delaunay triangles of the grid";
  EXPECT_GE(face.pixels.triangle(700, 600), 0);
  EXPECT_EQ(face.pixels.triangle(100, 100), -1);
  EXPECT_EQ(face.vertex_regions, std::vector<Region>(120, Region::none));
}

TEST_F(FileFitterTest, TakesTheStrideOfWholeMeshesAndThinnedOnesAsTheyAre) {
  options_.vertex_stride = 7;  // 18 of 120
  std::vector<Point3> vertices = canonical_vertices();
  for (Point3& v : vertices) v.x += 50;
  folder_.write("meshes/whole.obj", to_obj(vertices));
  folder_.write("meshes/thin_mesh.obj", to_obj(vertices, 7));
  const FittedFace whole = fit("whole.jpg");
  const FittedFace thin = fit("images/thin.png");
  ASSERT_EQ(whole.vertices.size(), 18U);
  EXPECT_EQ(whole.vertices, thin.vertices);
  EXPECT_EQ(whole.vertices[1], (Point2{vertices[7].x, vertices[7].y}));
  EXPECT_EQ(whole.visible, std::vector<unsigned char>(18, 1));
}

TEST_F(FileFitterTest, NamesTheThreeNumbersOfAMeshOfAnotherSize) {
  options_.vertex_stride = 7;
  folder_.write("meshes/a.obj", to_obj(canonical_vertices(), 2));
  EXPECT_THAT(reason("a.jpg"), AllOf(HasSubstr("mesh has a wrong size"), HasSubstr("60 vertices"),
                                     HasSubstr("120"), HasSubstr("18")));
}

TEST_F(FileFitterTest, NamesMissingAndBadMeshFiles) {
  folder_.write("meshes/bad.npy", "text");
  EXPECT_THAT(reason("none.jpg"), HasSubstr("no mesh file"));
  EXPECT_THAT(reason("bad.jpg"),
              AllOf(HasSubstr("bad mesh file"), HasSubstr("is not an NPY file")));
}

TEST_F(FileFitterTest, FindsMeshesInTheSubFolderOfThePerson) {
  folder_.write("meshes/Ann/1.obj", to_obj(canonical_vertices()));
  EXPECT_EQ(fit("images/Ann/1.jpg").vertices.size(), 120U);
}

TEST_F(FileFitterTest, GivesTheBoxAndThePoseOfTheMesh) {
  const double yaw = 0.35;
  std::vector<Point3> turned;
  for (const Point3& v : canonical_vertices()) {  // the nose (high z, to the viewer) moves right:
                                                  // to the subject's left
    const double x = v.x - 280;
    const double z = v.z;
    turned.push_back({0.5 * (std::cos(yaw) * x + std::sin(yaw) * z) + 300, 0.5 * v.y,
                      0.5 * (-std::sin(yaw) * x + std::cos(yaw) * z)});
  }
  folder_.write("meshes/a.obj", to_obj(turned));
  const FittedFace face = fit("a.jpg");
  EXPECT_NEAR(face.pose.yaw, yaw, 1e-9);
  EXPECT_NEAR(face.pose.pitch, 0, 1e-9);
  EXPECT_NEAR(face.pose.roll, 0, 1e-9);
  EXPECT_NEAR(face.box.y, 60, 1e-9);
  EXPECT_NEAR(face.box.height, 220, 1e-9);
}

TEST_F(FileFitterTest, TurnsAMeshThatCountsYFromTheBottom) {
  std::vector<Point3> turned = canonical_vertices();
  for (Point3& v : turned) v.y = 699 - v.y;  // the image has 700 rows
  folder_.write("meshes/a.obj", to_obj(turned));
  folder_.write("meshes/b.obj", to_obj(canonical_vertices()));
  const FittedFace face = fit("a.jpg");
  EXPECT_TRUE(face.file.is_turned_over);
  EXPECT_EQ(face.vertices, fit("b.jpg").vertices);
  EXPECT_NEAR(face.pose.roll, 0, 1e-9);
  EXPECT_NE(face.file.key, fit("b.jpg").file.key);
  EXPECT_FALSE(fit("b.jpg").file.is_turned_over);
  EXPECT_EQ(face.n_faces, -1) << "no detector has looked";
}

TEST_F(FileFitterTest, KnowsNoPoseOfFlatMeshes) {
  std::vector<Point3> flat = canonical_vertices();
  for (Point3& v : flat) v.z = 0;
  folder_.write("meshes/a.obj", to_obj(flat));
  const FittedFace face = fit("a.jpg");
  EXPECT_TRUE(std::isnan(face.pose.yaw) && std::isnan(face.pose.pitch) &&
              std::isnan(face.pose.roll));
}

TEST_F(FileFitterTest, GivesThePoseWhereZRunsAwayInBothFiles) {
  std::vector<Point3> canonical = canonical_vertices();
  std::vector<Point3> turned;
  const double yaw = 0.35;
  for (const Point3& v : canonical) {
    const double x = v.x - 280;
    turned.push_back({std::cos(yaw) * x + std::sin(yaw) * v.z + 300, v.y,
                      std::sin(yaw) * x - std::cos(yaw) * v.z});
  }
  for (Point3& v : canonical) v.z = -v.z;
  options_.canonical = folder_.write("away.obj", to_obj(canonical));
  folder_.write("meshes/a.obj", to_obj(turned));
  EXPECT_NEAR(fit("a.jpg").pose.yaw, yaw, 1e-9);
}

TEST_F(FileFitterTest, RefusesAMeshThatIsNotOfThePhoto) {
  std::vector<Point3> vertices = canonical_vertices();
  for (Point3& v : vertices) std::swap(v.x, v.y);
  folder_.write("meshes/a.obj", to_obj(vertices));
  EXPECT_THAT(reason("a.jpg"), HasSubstr("the mesh has x and y exchanged"));
}

TEST_F(FileFitterTest, LeavesOutVerticesThatFaceAway) {
  options_.visibility = Visibility::front_facing;
  std::vector<Point3> folded = canonical_vertices();
  for (Point3& v : folded) v.x = v.x > 320 ? 640 - v.x : v.x;  // the right of the image folded over
  folder_.write("meshes/a.obj", to_obj(folded));
  const FittedFace face = fit("a.jpg");
  EXPECT_EQ(face.visible[0], 1);
  EXPECT_EQ(face.visible[9], 0) << "the last column lies on the folded side";
}

TEST_F(FileFitterTest, HasNoFivePointsWithoutAPicture) {
  folder_.write("meshes/a.obj", to_obj(canonical_vertices()));
  CropContract crop;
  crop.rule = CropRule::five_points;
  crop.five_points = {{{1, 2}, {3, 4}, {5, 6}, {7, 8}, {9, 1}}};
  InputContract input;
  input.height = input.width = 112;
  EXPECT_THAT(message_of<ImageError>(
                  [&] { crop_transform(RgbImage(700, 800), fit("a.jpg"), crop, input); }),
              HasSubstr("no five points"));
}

TEST_F(FileFitterTest, RefusesWrongOptionsBeforeWork) {
  const auto error_for = [&](const auto& change) {
    const MeshOptions before = options_;
    change();
    const std::string error = message_of<InputError>([&] { make(); });
    options_ = before;
    return error;
  };
  EXPECT_THAT(error_for([&] { options_.canonical.clear(); }), HasSubstr("Give --canonical FILE"));
  EXPECT_THAT(error_for([&] { options_.canonical = folder_.write("c.jpg", "x"); }),
              HasSubstr("is not a mesh file"));
  EXPECT_THAT(error_for([&] { options_.canonical = folder_.path() / "none.mat"; }),
              HasSubstr("does not exist"));
  EXPECT_THAT(error_for([&] { options_.mesh_dir = folder_.path() / "none"; }),
              HasSubstr("--mesh-dir"));
  std::vector<Point3> outside = canonical_vertices();
  outside[5].x = 900;
  EXPECT_THAT(error_for([&] { options_.canonical = folder_.write("o.obj", to_obj(outside)); }),
              AllOf(HasSubstr("619 x 619"), HasSubstr("--canonical-image")));
  EXPECT_THAT(error_for([&] { options_.canonical_image = folder_.write("c.jpg", "x"); }),
              HasSubstr("--canonical-image"));
}

}  // namespace
}  // namespace csm
