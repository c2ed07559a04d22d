#pragma once
#include <hdf5.h>

#include <filesystem>
#include <memory>

#include "h5_disk_driver.h"

namespace csm {

enum class H5Access { create, read };

/// The one owner of an open HDF5 file. A new file that is not closed by close() is given up: what
/// is cached is dropped.
class H5File {
 public:
  /// Creates (truncates) or opens. Errors: H5Failure.
  H5File(const std::filesystem::path& path, H5Access access);
  ~H5File();
  H5File(H5File&& other) noexcept;
  H5File& operator=(H5File&& other) noexcept;
  H5File(const H5File&) = delete;
  H5File& operator=(const H5File&) = delete;

  hid_t get() const { return id_; }

  /// Hands what is cached to the system. Errors: H5Failure with the system's reason if anything so
  /// far could not be written (full disk).
  void flush();

  /// Writes all, closes, and hands the bytes to the disk. Errors: as flush(); the file is closed
  /// all the same.
  void close();

 private:
  void give_up() noexcept;

  std::filesystem::path path_;
  std::unique_ptr<DiskState> state_;
  hid_t id_ = H5I_INVALID_HID;
};

}  // namespace csm
