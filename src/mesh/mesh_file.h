#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "csm/mesh/triangle_mesh.h"

namespace csm {

/// A matrix of numbers, row-major.
struct NumberTable {
  std::size_t n_rows = 0;
  std::size_t n_columns = 0;
  std::vector<double> values;
};

/// What a mesh file holds, before the base of the triangles is known.
struct RawMesh {
  NumberTable vertices;
  NumberTable triangles;          ///< 0 rows if the file has none
  std::optional<int> index_base;  ///< if the format fixes it
};

RawMesh read_mat_mesh(const std::filesystem::path& path);
RawMesh read_npy_mesh(const std::filesystem::path& path);
RawMesh read_hdf5_mesh(const std::filesystem::path& path);
RawMesh read_obj_mesh(const std::filesystem::path& path);

/// Throws InputError "The mesh file 'PATH' PROBLEM."
[[noreturn]] void fail_mesh_file(const std::filesystem::path& path, const std::string& problem);

/// True if the name ends like a mesh file: .mat, .npy, .h5, .hdf5 or .obj.
bool has_mesh_extension(const std::filesystem::path& path);

/// Reads a mesh file: MAT v5 with the variable `vertices` (V x 3) and perhaps `triangles` (T x 3),
/// NPY with V x 3 numbers (or V x 2), HDF5 with the data set `vertices` and perhaps `triangles`, or
/// Wavefront OBJ. Triangles come out 0-based whatever the file's base is: an index 0 in the file
/// shows base 0, an index V base 1; if neither occurs, the base with the shorter edges (a
/// shift by one joins vertices that are far apart). Errors: InputError for a file that cannot be
/// read or holds no such array.
TriangleMesh read_mesh_file(const std::filesystem::path& path);

}  // namespace csm
