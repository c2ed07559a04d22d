#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <matio.h>

#include <array>
#include <cstring>

#include "csm/core/error.h"
#include "mesh_file.h"
#include "support/message_of.h"
#include "support/temporary_folder.h"

namespace csm {
namespace {

using test::message_of;
using test::TemporaryFolder;

using testing::HasSubstr;

std::string error_of(const std::filesystem::path& path) {
  return message_of<InputError>([&] { read_mesh_file(path); });
}

/// Four corners of a long strip: neighbours in the list are neighbours in space.
const std::vector<Point3> strip = {{0, 0, 1}, {1, 0, 2}, {2, 0.5, 3}, {3, 0, 4}, {4, 0.5, 5}};

void write_mat(const std::filesystem::path& path, const std::vector<Point3>& vertices,
               const std::vector<std::array<std::int32_t, 3>>& triangles,
               const char* name = "vertices") {
  mat_t* file = Mat_CreateVer(path.c_str(), nullptr, MAT_FT_MAT5);
  const std::size_t n = vertices.size();
  std::vector<double> columns(n * 3);
  for (std::size_t i = 0; i < n; ++i) {
    columns[i] = vertices[i].x;
    columns[n + i] = vertices[i].y;
    columns[2 * n + i] = vertices[i].z;
  }
  std::array<std::size_t, 2> shape{n, 3};
  matvar_t* variable =
      Mat_VarCreate(name, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, shape.data(), columns.data(), 0);
  Mat_VarWrite(file, variable, MAT_COMPRESSION_NONE);
  Mat_VarFree(variable);
  if (!triangles.empty()) {
    std::vector<std::int32_t> indices(triangles.size() * 3);
    for (std::size_t t = 0; t < triangles.size(); ++t) {
      for (std::size_t i = 0; i < 3; ++i) indices[i * triangles.size() + t] = triangles[t][i];
    }
    shape = {triangles.size(), 3};
    variable =
        Mat_VarCreate("triangles", MAT_C_INT32, MAT_T_INT32, 2, shape.data(), indices.data(), 0);
    Mat_VarWrite(file, variable, MAT_COMPRESSION_NONE);
    Mat_VarFree(variable);
  }
  Mat_Close(file);
}

TEST(MatMesh, ReadsVerticesAndOneBasedTriangles) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.mat";
  write_mat(path, strip, {{1, 2, 3}, {3, 4, 5}});
  const TriangleMesh mesh = read_mesh_file(path);
  EXPECT_EQ(mesh.vertices, strip);
  EXPECT_EQ(mesh.triangles, (std::vector<Triangle>{{0, 1, 2}, {2, 3, 4}}));
}

TEST(MatMesh, FindsTheIndexBaseWhereTheFileLeavesItOpen) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.mat";
  write_mat(path, strip, {{0, 1, 2}});
  EXPECT_EQ(read_mesh_file(path).triangles.front(), (Triangle{0, 1, 2}));
  // Neither 0 nor V occurs. The first vertex lies far away: read 1-based, a triangle would reach
  // for it.
  std::vector<Point3> with_far_first = strip;
  with_far_first[0] = {900, 900, 900};
  write_mat(path, with_far_first, {{1, 2, 3}, {2, 3, 4}});
  EXPECT_EQ(read_mesh_file(path).triangles.front(), (Triangle{1, 2, 3}));
  std::vector<Point3> with_far_last = strip;
  with_far_last[4] = {900, 900, 900};
  write_mat(path, with_far_last, {{1, 2, 3}, {2, 3, 4}});
  EXPECT_EQ(read_mesh_file(path).triangles.front(), (Triangle{0, 1, 2}));
}

TEST(MatMesh, NamesWhatIsWrong) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.mat";
  write_mat(path, strip, {}, "points");
  EXPECT_THAT(error_of(path), HasSubstr("has no variable 'vertices'"));
  write_mat(path, strip, {{0, 1, 5}});
  EXPECT_THAT(error_of(path), HasSubstr("but 5 vertices"));
  EXPECT_THAT(error_of(folder.write("x.mat", "no mat file")), HasSubstr("is not a MAT file"));
  EXPECT_THAT(error_of(folder.path() / "none.mat"), HasSubstr("does not exist"));
  EXPECT_THAT(error_of(folder.write("x.ply", "ply")), HasSubstr("unknown ending '.ply'"));
  std::vector<Point3> bad = strip;
  bad[2].y = std::nan("");
  write_mat(path, bad, {});
  EXPECT_THAT(error_of(path), HasSubstr("row 2"));
}

template <class T>
std::string npy(const std::string& type, const std::string& shape, const std::vector<T>& values,
                const std::string& order = "False") {
  std::string header =
      "{'descr': '" + type + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  header.resize(118 - 1, ' ');
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size());
  bytes += '\0';
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return bytes;
}

TEST(NpyMesh, ReadsFloatsAndDoublesOfTwoOrThreeColumns) {
  const TemporaryFolder folder;
  const auto doubles = folder.write("d.npy", npy<double>("<f8", "(2, 3)", {1, 2, 3, 4, 5, 6.5}));
  EXPECT_EQ(read_mesh_file(doubles).vertices, (std::vector<Point3>{{1, 2, 3}, {4, 5, 6.5}}));
  const auto floats = folder.write("f.npy", npy<float>("<f4", "(3, 2)", {1, 2, 3, 4, 5, 6.5F}));
  EXPECT_EQ(read_mesh_file(floats).vertices,
            (std::vector<Point3>{{1, 2, 0}, {3, 4, 0}, {5, 6.5, 0}}));
}

TEST(NpyMesh, NamesWhatIsWrong) {
  const TemporaryFolder folder;
  EXPECT_THAT(error_of(folder.write("a.npy", npy<double>("<f8", "(2, 3)", {1, 2, 3}))),
              HasSubstr("is cut off"));
  EXPECT_THAT(error_of(folder.write("a.npy", npy<double>("<f8", "(1, 3)", {1, 2, 3}, "True"))),
              HasSubstr("Fortran order"));
  EXPECT_THAT(error_of(folder.write("a.npy", npy<double>("<i8", "(1, 3)", {1, 2, 3}))),
              HasSubstr("'<i8'"));
  EXPECT_THAT(error_of(folder.write("a.npy", npy<double>("<f8", "(3,)", {1, 2, 3}))),
              HasSubstr("V x 3"));
  EXPECT_THAT(error_of(folder.write("a.npy", "text")), HasSubstr("is not an NPY file"));
}

TEST(Hdf5Mesh, ReadsVerticesAndTriangles) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "m.h5";
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  const auto write = [&](const char* name, hsize_t n_rows, hid_t type, const void* values) {
    const std::array<hsize_t, 2> shape{n_rows, 3};
    const hid_t space = H5Screate_simple(2, shape.data(), nullptr);
    const hid_t dataset =
        H5Dcreate2(file, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
    H5Dclose(dataset);
    H5Sclose(space);
  };
  const std::vector<float> vertices{1, 2, 3, 4, 5, 6, 7, 8, 9.5F};
  const std::vector<std::int32_t> triangles{0, 1, 2};
  write("vertices", 3, H5T_NATIVE_FLOAT, vertices.data());
  write("triangles", 1, H5T_NATIVE_INT32, triangles.data());
  H5Fclose(file);
  const TriangleMesh mesh = read_mesh_file(path);
  EXPECT_EQ(mesh.vertices, (std::vector<Point3>{{1, 2, 3}, {4, 5, 6}, {7, 8, 9.5}}));
  EXPECT_EQ(mesh.triangles.front(), (Triangle{0, 1, 2}));
  EXPECT_THAT(error_of(folder.write("x.h5", "text")), HasSubstr("is not an HDF5 file"));
}

TEST(ObjMesh, ReadsVerticesTextureCornersAndPolygons) {
  const TemporaryFolder folder;
  const auto path = folder.write(
      "m.obj",
      "# mesh\nv 0 0 1\nv 1 0 2 1.0\nv 1 1 3\nv 0 1 4\nvt 0 0\nf 1/1 2/1 3/1 4/1\nf -1 -2 -3\n");
  const TriangleMesh mesh = read_mesh_file(path);
  EXPECT_EQ(mesh.vertices[1], (Point3{1, 0, 2}));
  EXPECT_EQ(mesh.triangles, (std::vector<Triangle>{{0, 1, 2}, {0, 2, 3}, {3, 2, 1}}));
  EXPECT_THAT(error_of(folder.write("a.obj", "v 0 0\n")), HasSubstr("line 1"));
  EXPECT_THAT(error_of(folder.write("a.obj", "v 0 0 0\nf 1 2 x\n")), HasSubstr("line 2"));
  EXPECT_THAT(error_of(folder.write("a.obj", "# none\n")), HasSubstr("no vertex line"));
}

}  // namespace
}  // namespace csm
