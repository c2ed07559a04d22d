#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "cis_layout.h"
#include "csm/core/error.h"
#include "csm/store/result_file.h"
#include "h5_file.h"
#include "h5_handle.h"

namespace csm {
namespace {

H5Handle extendible_dataset(hid_t file, const char* name, hid_t type, const H5Handle& creation,
                            std::span<const hsize_t> shape) {
  std::array<hsize_t, 3> highest{H5S_UNLIMITED, 0, 0};
  std::copy(shape.begin() + 1, shape.end(), highest.begin() + 1);
  const H5Handle space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), highest.data()), &H5Sclose,
                       "making a data space");
  return {H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), &H5Dclose,
          "creating a data set"};
}

H5Handle order_creation_list() {
  H5Handle list(H5Pcreate(H5P_DATASET_CREATE), &H5Pclose, "making a property list");
  const hsize_t chunk = 1024;
  check_h5(H5Pset_chunk(list.get(), 1, &chunk), "setting the chunk");
  return list;
}

/// Writes the values at row `index` of an extendible data set, which grows by this row.
void append_row(const H5Handle& dataset, hid_t type, hsize_t index, std::span<const hsize_t> row_shape,
                const void* values) {
  std::array<hsize_t, 3> shape{index + 1, 0, 0};
  std::array<hsize_t, 3> start{index, 0, 0};
  std::array<hsize_t, 3> count{1, 0, 0};
  std::copy(row_shape.begin(), row_shape.end(), shape.begin() + 1);
  std::copy(row_shape.begin(), row_shape.end(), count.begin() + 1);
  check_h5(H5Dset_extent(dataset.get(), shape.data()), "extending a data set");
  const H5Handle file_space(H5Dget_space(dataset.get()), &H5Sclose, "reading a data space");
  check_h5(H5Sselect_hyperslab(file_space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr),
           "selecting a row");
  const H5Handle memory_space(H5Screate_simple(static_cast<int>(row_shape.size()) + 1, count.data(), nullptr),
                              &H5Sclose, "making a data space");
  check_h5(H5Dwrite(dataset.get(), type, memory_space.get(), file_space.get(), H5P_DEFAULT, values), "writing a map");
}

}  // namespace

H5Handle cis_creation_list(hsize_t size) {
  H5Handle list(H5Pcreate(H5P_DATASET_CREATE), &H5Pclose, "making a property list");
  const std::array<hsize_t, 3> chunk{1, size, size};
  check_h5(H5Pset_obj_track_times(list.get(), false), "turning object times off");
  check_h5(H5Pset_chunk(list.get(), 3, chunk.data()), "setting the chunk");
  check_h5(H5Pset_shuffle(list.get()), "setting the shuffle filter");
  check_h5(H5Pset_deflate(list.get(), 4), "setting the compression");
  return list;
}

struct CisPartFile::State {
  State(const std::filesystem::path& file_path, hsize_t map_size)
      : path(file_path),
        size(map_size),
        file(file_path, H5Access::create),
        cis(extendible_dataset(file.get(), "cis", H5T_NATIVE_FLOAT, cis_creation_list(map_size),
                               std::array<hsize_t, 3>{0, map_size, map_size})),
        order(extendible_dataset(file.get(), "order", H5T_NATIVE_INT64, order_creation_list(),
                                 std::array<hsize_t, 1>{0})) {}

  std::filesystem::path path;
  hsize_t size;
  H5File file;  ///< declared before the data sets, so that it closes after them
  H5Handle cis;
  H5Handle order;
  hsize_t n_maps = 0;
};

namespace {

[[noreturn]] void fail_part_file(const std::filesystem::path& path, const char* reason) {
  throw RunError({"cannot write the maps to '" + path.string() + "'", reason,
                  "Make room there or leave out --save-cis, and run again."});
}

}  // namespace

CisPartFile::CisPartFile(const std::filesystem::path& path, int size) {
  CSM_EXPECT(size > 0);
  const QuietH5Errors quiet;
  try {
    state_ = std::make_unique<State>(path, static_cast<hsize_t>(size));
  } catch (const H5Failure& failure) {
    fail_part_file(path, failure.what());
  }
}

CisPartFile::~CisPartFile() {
  const QuietH5Errors quiet;
  state_.reset();
}

CisPartFile::CisPartFile(CisPartFile&&) noexcept = default;
CisPartFile& CisPartFile::operator=(CisPartFile&&) noexcept = default;

void CisPartFile::append(std::int64_t order, const Grid<float>& cis) {
  CSM_EXPECT(state_ != nullptr);
  CSM_EXPECT(static_cast<hsize_t>(cis.height()) == state_->size && static_cast<hsize_t>(cis.width()) == state_->size);
  const QuietH5Errors quiet;
  try {
    append_row(state_->cis, H5T_NATIVE_FLOAT, state_->n_maps, std::array{state_->size, state_->size},
               cis.values().data());
    append_row(state_->order, H5T_NATIVE_INT64, state_->n_maps, {}, &order);
    ++state_->n_maps;
    state_->file.flush();
  } catch (const H5Failure& failure) {
    fail_part_file(state_->path, failure.what());
  }
}

void CisPartFile::close() {
  CSM_EXPECT(state_ != nullptr);
  const QuietH5Errors quiet;
  const std::unique_ptr<State> state = std::move(state_);
  try {
    // The file closes whole only when nothing of it is open any more.
    { const H5Handle cis = std::move(state->cis); }
    { const H5Handle order = std::move(state->order); }
    state->file.close();
  } catch (const H5Failure& failure) {
    fail_part_file(state->path, failure.what());
  }
}

}  // namespace csm
