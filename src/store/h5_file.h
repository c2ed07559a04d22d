#pragma once
#include <hdf5.h>

#include <filesystem>
#include <memory>

#include "h5_handle.h"

namespace csm {

/// What the driver did with the file; it must outlive the file.
struct DiskState {
  int error = 0;         ///< errno of the first write that failed, 0 for none
  bool discard = false;  ///< drop all further writes
};

/// File access list of a driver that writes to the disk and never reports a failed write to HDF5:
/// it notes the first error in `state` and drops what comes after. HDF5 cannot let go of a file
/// that it cannot flush (full disk); it tries again at exit and crashes. Who uses the driver looks
/// at `state` instead. Errors: H5Failure.
H5Handle disk_access_list(DiskState& state);

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
