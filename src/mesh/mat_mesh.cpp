// The only file that sees matio.
#include <matio.h>

#include <cstdarg>
#include <cstdint>
#include <memory>

#include "csm/core/hdf5_turn.h"
#include "mesh_file.h"

namespace csm {
namespace {

struct CloseFile {
  void operator()(mat_t* file) const { Mat_Close(file); }
};
struct FreeVariable {
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};

template <class T>
void copy_transposed(const matvar_t& variable, NumberTable& table) {
  const auto* data = static_cast<const T*>(variable.data);  // column-major
  for (std::size_t row = 0; row < table.n_rows; ++row) {
    for (std::size_t column = 0; column < table.n_columns; ++column) {
      table.values[row * table.n_columns + column] =
          static_cast<double>(data[column * table.n_rows + row]);
    }
  }
}

NumberTable to_table(const matvar_t& variable, const std::filesystem::path& path) {
  if (variable.rank != 2 || !variable.data || variable.isComplex) {
    fail_mesh_file(path, std::string("has a variable '") + variable.name +
                             "' that is not a matrix of numbers");
  }

  NumberTable table{variable.dims[0], variable.dims[1], {}};
  table.values.resize(table.n_rows * table.n_columns);

  // The numbers of any type as float64.
  switch (variable.class_type) {
    case MAT_C_DOUBLE:
      copy_transposed<double>(variable, table);
      break;
    case MAT_C_SINGLE:
      copy_transposed<float>(variable, table);
      break;
    case MAT_C_INT8:
      copy_transposed<std::int8_t>(variable, table);
      break;
    case MAT_C_UINT8:
      copy_transposed<std::uint8_t>(variable, table);
      break;
    case MAT_C_INT16:
      copy_transposed<std::int16_t>(variable, table);
      break;
    case MAT_C_UINT16:
      copy_transposed<std::uint16_t>(variable, table);
      break;
    case MAT_C_INT32:
      copy_transposed<std::int32_t>(variable, table);
      break;
    case MAT_C_UINT32:
      copy_transposed<std::uint32_t>(variable, table);
      break;
    case MAT_C_INT64:
      copy_transposed<std::int64_t>(variable, table);
      break;
    case MAT_C_UINT64:
      copy_transposed<std::uint64_t>(variable, table);
      break;
    default:
      fail_mesh_file(path, std::string("has a variable '") + variable.name +
                               "' that is not a matrix of numbers");
  }
  return table;
}

}  // namespace

RawMesh read_mat_mesh(const std::filesystem::path& path) {
  const Hdf5Turn turn;  // version 7.3 of MAT files is HDF5
  const std::unique_ptr<mat_t, CloseFile> file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
  if (!file) fail_mesh_file(path, "is not a MAT file");
  const auto read = [&](const char* name) {
    return std::unique_ptr<matvar_t, FreeVariable>(Mat_VarRead(file.get(), name));
  };
  RawMesh mesh;
  const auto vertices = read("vertices");
  if (!vertices) fail_mesh_file(path, "has no variable 'vertices'");
  mesh.vertices = to_table(*vertices, path);
  if (const auto triangles = read("triangles")) mesh.triangles = to_table(*triangles, path);
  return mesh;
}

}  // namespace csm
