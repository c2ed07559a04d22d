#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "csm/core/grid.h"
#include "csm/store/result.h"

namespace csm {

/// One rank's CIS maps on disk while the run goes on, for --save-cis: nothing but the current map is in memory.
class CisPartFile {
 public:
  /// Creates (truncates) the file. Errors: RunError with the path and the system's reason.
  CisPartFile(const std::filesystem::path& path, int size);
  ~CisPartFile();
  CisPartFile(CisPartFile&&) noexcept;
  CisPartFile& operator=(CisPartFile&&) noexcept;

  /// Adds the map of one image. @pre cis has shape (S x S)
  void append(std::int64_t order, const Grid<float>& cis);

  /// Flushes and closes; errors are thrown here, never from the destructor.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Writes the result file: to `path` + ".partial", flushed, renamed. On an error the partial file is removed and an old
/// result at `path` is untouched. The maps of `cis_parts` become /entry/cis (rows by `order` among the images that are
/// ok), copied chunk by chunk without decompression; the part files are removed after the rename. Errors: RunError
/// (full disk, permissions) with path, reason and what to do.
void write_result(const std::filesystem::path& path, const Result& result,
                  std::span<const std::filesystem::path> cis_parts);

/// Checks before any work that `path` can be written: the folder exists or can be made, is writable, and the file does
/// not exist (unless `overwrite`). Errors: InputError with what to do.
void check_output_path(const std::filesystem::path& path, bool overwrite);

/// The version of the HDF5 library.
std::string hdf5_version();

}  // namespace csm
