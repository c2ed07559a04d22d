// The only file of this stage that sees HDF5.
#include <hdf5.h>

#include <array>
#include <utility>

#include "csm/core/hdf5_turn.h"
#include "mesh_file.h"

namespace csm {
namespace {

/// Owns an HDF5 identifier.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  hid_t get() const { return id_; }
  bool is_open() const { return id_ >= 0; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// Keeps HDF5 from printing its error stack while it lives: a missing data set is not news here.
class QuietErrors {
 public:
  QuietErrors() {
    H5Eget_auto2(H5E_DEFAULT, &function_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  ~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, function_, data_); }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  H5E_auto2_t function_ = nullptr;
  void* data_ = nullptr;
};

NumberTable read_table(hid_t file, const char* name, const std::filesystem::path& path) {
  const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  if (!dataset.is_open()) return {};
  const Handle space(H5Dget_space(dataset.get()), H5Sclose);
  std::array<hsize_t, 2> shape{};
  if (H5Sget_simple_extent_ndims(space.get()) != 2 ||
      H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr) != 2) {
    fail_mesh_file(path, std::string("has a data set '") + name + "' that is not a matrix");
  }
  NumberTable table{shape[0], shape[1], std::vector<double>(shape[0] * shape[1])};
  if (H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
              table.values.data()) < 0) {
    fail_mesh_file(path,
                   std::string("has a data set '") + name + "' that cannot be read as numbers");
  }
  return table;
}

}  // namespace

RawMesh read_hdf5_mesh(const std::filesystem::path& path) {
  const Hdf5Turn turn;
  const QuietErrors quiet;
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file.is_open()) fail_mesh_file(path, "is not an HDF5 file");
  RawMesh mesh;
  mesh.vertices = read_table(file.get(), "vertices", path);
  if (mesh.vertices.n_rows == 0) fail_mesh_file(path, "has no data set 'vertices'");
  mesh.triangles = read_table(file.get(), "triangles", path);
  return mesh;
}

}  // namespace csm
