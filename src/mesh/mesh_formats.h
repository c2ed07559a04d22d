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

}  // namespace csm
