#pragma once
#include <hdf5.h>

#include <filesystem>

namespace csm {

enum class H5Access { create, read };

/// The one owner of an open HDF5 file. HDF5 cannot let go of a file that it cannot flush (full disk): it tries again at
/// exit and crashes. A file that is given up is therefore flushed into memory that is thrown away.
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

  /// Hands what is cached to the system. Errors: H5Failure (full disk).
  void flush();

  /// Flushes, hands the bytes to the disk and closes. Errors: H5Failure; the file is closed all the same.
  void close();

 private:
  void give_up() noexcept;

  hid_t id_ = H5I_INVALID_HID;
  H5Access access_ = H5Access::read;
};

}  // namespace csm
