#include <fcntl.h>
#include <hdf5.h>

#include "h5_file.h"
#if H5_VERSION_GE(1, 14, 0)
#include <H5FDdevelop.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>

namespace csm {
namespace {

constexpr haddr_t highest_address = (haddr_t{1} << 62U) - 1;

/// What the access list carries to the driver; the library copies it byte by byte.
struct DriverInfo {
  DiskState* state;
};

/// An open file; the library's part comes first, as it wants it.
struct DiskFile {
  H5FD_t base;
  int descriptor;
  haddr_t end_of_allocation;
  haddr_t end_of_file;
  DiskState* state;
};

DiskFile* disk_file(H5FD_t* file) { return reinterpret_cast<DiskFile*>(file); }
const DiskFile* disk_file(const H5FD_t* file) { return reinterpret_cast<const DiskFile*>(file); }

void note_error(DiskState& state) {
  if (state.error == 0) state.error = errno;
  state.discard = true;
}

H5FD_t* open_file(const char* name, unsigned int flags, hid_t access_list, haddr_t /*highest*/) {
  int mode = (flags & H5F_ACC_RDWR) != 0 ? O_RDWR : O_RDONLY;
  if ((flags & H5F_ACC_CREAT) != 0) mode |= O_CREAT;
  if ((flags & H5F_ACC_TRUNC) != 0) mode |= O_TRUNC;
  if ((flags & H5F_ACC_EXCL) != 0) mode |= O_EXCL;
  const auto* info = static_cast<const DriverInfo*>(H5Pget_driver_info(access_list));
  const int descriptor = ::open(name, mode | O_CLOEXEC, 0666);
  struct stat status {};
  if (info == nullptr || descriptor < 0 || fstat(descriptor, &status) != 0) {
    if (info != nullptr) note_error(*info->state);
    if (descriptor >= 0) ::close(descriptor);
    return nullptr;
  }
  auto* file = new (std::nothrow)
      DiskFile{{}, descriptor, 0, static_cast<haddr_t>(status.st_size), info->state};
  if (file == nullptr) ::close(descriptor);
  return reinterpret_cast<H5FD_t*>(file);
}

herr_t close_file(H5FD_t* file) {
  if (::close(disk_file(file)->descriptor) != 0) note_error(*disk_file(file)->state);
  delete disk_file(file);
  return 0;
}

herr_t query(const H5FD_t* /*file*/, unsigned long* flags) {
  if (flags != nullptr) {
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
  }
  return 0;
}

haddr_t end_of_allocation(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return disk_file(file)->end_of_allocation;
}

herr_t set_end_of_allocation(H5FD_t* file, H5FD_mem_t /*type*/, haddr_t address) {
  disk_file(file)->end_of_allocation = address;
  return 0;
}

haddr_t end_of_file(const H5FD_t* file, H5FD_mem_t /*type*/) {
  return disk_file(file)->end_of_file;
}

/// Bytes beyond the end of the file read as zeros, as HDF5 wants it.
herr_t read_bytes(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address,
                  size_t n_bytes, void* buffer) {
  auto* bytes = static_cast<char*>(buffer);
  while (n_bytes > 0) {
    const ssize_t n_read =
        pread(disk_file(file)->descriptor, bytes, n_bytes, static_cast<off_t>(address));
    if (n_read < 0 && errno == EINTR) continue;
    if (n_read < 0) return -1;
    if (n_read == 0) {
      std::memset(bytes, 0, n_bytes);
      return 0;
    }
    bytes += n_read;
    address += static_cast<haddr_t>(n_read);
    n_bytes -= static_cast<size_t>(n_read);
  }
  return 0;
}

herr_t write_bytes(H5FD_t* file, H5FD_mem_t /*type*/, hid_t /*transfer*/, haddr_t address,
                   size_t n_bytes, const void* buffer) {
  DiskFile& disk = *disk_file(file);
  const auto* bytes = static_cast<const char*>(buffer);
  const haddr_t end = address + n_bytes;
  while (n_bytes > 0 && !disk.state->discard) {
    const ssize_t n_written = pwrite(disk.descriptor, bytes, n_bytes, static_cast<off_t>(address));
    if (n_written < 0 && errno == EINTR) continue;
    if (n_written < 0) {
      note_error(*disk.state);
      break;
    }
    bytes += n_written;
    address += static_cast<haddr_t>(n_written);
    n_bytes -= static_cast<size_t>(n_written);
  }
  disk.end_of_file = std::max(disk.end_of_file, end);
  return 0;
}

herr_t truncate_file(H5FD_t* file, hid_t /*transfer*/, hbool_t /*closing*/) {
  DiskFile& disk = *disk_file(file);
  if (disk.end_of_file == disk.end_of_allocation) return 0;
  if (!disk.state->discard &&
      ftruncate(disk.descriptor, static_cast<off_t>(disk.end_of_allocation)) != 0) {
    note_error(*disk.state);
  }
  disk.end_of_file = disk.end_of_allocation;
  return 0;
}

H5FD_class_t driver_class() {
  H5FD_class_t driver{};
#if H5_VERSION_GE(1, 14, 0)
  driver.version = H5FD_CLASS_VERSION;
  driver.value = static_cast<H5FD_class_value_t>(300);  // of the range for private drivers
#endif
  driver.name = "csm_disk";
  driver.maxaddr = highest_address;
  driver.fc_degree = H5F_CLOSE_WEAK;
  driver.fapl_size = sizeof(DriverInfo);
  driver.open = &open_file;
  driver.close = &close_file;
  driver.query = &query;
  driver.get_eoa = &end_of_allocation;
  driver.set_eoa = &set_end_of_allocation;
  driver.get_eof = &end_of_file;
  driver.read = &read_bytes;
  driver.write = &write_bytes;
  driver.truncate = &truncate_file;
  const H5FD_mem_t map[] = H5FD_FLMAP_DICHOTOMY;
  std::copy(std::begin(map), std::end(map), std::begin(driver.fl_map));
  return driver;
}

}  // namespace

H5Handle disk_access_list(DiskState& state) {
  const H5FD_class_t driver = driver_class();
  const H5Handle registered(H5FDregister(&driver), &H5FDunregister, "registering the disk driver");
  H5Handle list(H5Pcreate(H5P_FILE_ACCESS), &H5Pclose, "making a property list");
  const DriverInfo info{&state};
  check_h5(H5Pset_driver(list.get(), registered.get(), &info), "choosing the disk driver");
  return list;
}

}  // namespace csm
