#include "mesh_file.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/core/text.h"

namespace csm {
namespace {

std::string extension_of(const std::filesystem::path& path) {
  return to_lower(path.extension().string());
}

double mean_edge(const std::vector<Point3>& vertices, const std::vector<Triangle>& triangles,
                 int base) {
  double sum = 0;
  for (const Triangle& triangle : triangles) {
    for (std::size_t i = 0; i < 3; ++i) {
      const Point3& a = vertices[triangle[i] - base];
      const Point3& b = vertices[triangle[(i + 1) % 3] - base];
      sum += std::hypot(a.x - b.x, a.y - b.y, a.z - b.z);
    }
  }
  return sum;
}

std::vector<Triangle> to_triangles(const RawMesh& raw, const std::vector<Point3>& vertices,
                                   const std::filesystem::path& path) {
  const NumberTable& table = raw.triangles;
  std::vector<Triangle> triangles;
  if (table.n_rows == 0) return triangles;
  const auto [low, high] = std::minmax_element(table.values.begin(), table.values.end());
  const int n_vertices = int_size(vertices);
  if (*low < 0 || *high > n_vertices || (*low == 0 && *high == n_vertices)) {
    fail_mesh_file(path, "has triangles with the indices " + std::to_string(*low) + " to " +
                             std::to_string(*high) + ", but " + std::to_string(vertices.size()) +
                             " vertices");
  }

  for (std::size_t row = 0; row < table.n_rows; ++row) {
    Triangle triangle{};
    for (std::size_t i = 0; i < 3; ++i) triangle[i] = static_cast<int>(table.values[row * 3 + i]);
    triangles.push_back(triangle);
  }

  // From 0 or from 1: if both are possible, the one that makes the shorter edges.
  int base = raw.index_base.value_or(*low == 0 ? 0 : 1);
  if (*low < base)
    fail_mesh_file(path, "has a triangle with the index 0, but its indices count from 1");
  if (!raw.index_base && *low > 0 && *high < n_vertices &&
      mean_edge(vertices, triangles, 0) < mean_edge(vertices, triangles, 1))
    base = 0;
  for (Triangle& triangle : triangles) {
    for (int& corner : triangle) corner -= base;
  }
  return triangles;
}

}  // namespace

void fail_mesh_file(const std::filesystem::path& path, const std::string& problem) {
  throw InputError("The mesh file '" + path.string() + "' " + problem + ".");
}

bool has_mesh_extension(const std::filesystem::path& path) {
  const std::string extension = extension_of(path);
  return extension == ".mat" || extension == ".npy" || extension == ".h5" || extension == ".hdf5" ||
         extension == ".obj";
}

TriangleMesh read_mesh_file(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) fail_mesh_file(path, "does not exist");
  const std::string extension = extension_of(path);

  // The ending is the format.
  RawMesh raw;
  if (extension == ".mat") {
    raw = read_mat_mesh(path);
  } else if (extension == ".npy") {
    raw = read_npy_mesh(path);
  } else if (extension == ".obj") {
    raw = read_obj_mesh(path);
  } else if (has_mesh_extension(path)) {
    raw = read_hdf5_mesh(path);
  } else {
    fail_mesh_file(path,
                   "has an unknown ending '" + extension + "'; .mat, .npy, .h5 and .obj are read");
  }

  // The shapes, before any number is read.
  const NumberTable& table = raw.vertices;
  if (table.n_rows == 0 || (table.n_columns != 2 && table.n_columns != 3)) {
    fail_mesh_file(path, "holds vertices of " + std::to_string(table.n_rows) + " x " +
                             std::to_string(table.n_columns) +
                             " numbers, but V x 3 (or V x 2) are expected");
  }
  if (raw.triangles.n_rows > 0 && raw.triangles.n_columns != 3) {
    fail_mesh_file(path,
                   "holds triangles of " + std::to_string(raw.triangles.n_columns) + " corners");
  }

  // A mesh of the plane has z = 0.
  TriangleMesh mesh;
  mesh.vertices.reserve(table.n_rows);
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    const double* values = table.values.data() + row * table.n_columns;
    const Point3 vertex{values[0], values[1], table.n_columns == 3 ? values[2] : 0};
    if (!std::isfinite(vertex.x) || !std::isfinite(vertex.y) || !std::isfinite(vertex.z)) {
      fail_mesh_file(path, "has a vertex that is not a number (row " + std::to_string(row) + ")");
    }
    mesh.vertices.push_back(vertex);
  }
  mesh.triangles = to_triangles(raw, mesh.vertices, path);
  return mesh;
}

}  // namespace csm
