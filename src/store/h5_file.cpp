#include "h5_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "h5_check.h"
#include "h5_handle.h"

namespace csm {
namespace {

hid_t create_file(const std::filesystem::path& path) {
  const H5Handle creation(H5Pcreate(H5P_FILE_CREATE), &H5Pclose, "making a property list");
  // Times of objects would make two equal results differ.
  check_h5(H5Pset_obj_track_times(creation.get(), false), "turning object times off");
  return check_h5(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), H5P_DEFAULT), "creating the file");
}

/// The system's descriptor of an open file, or -1.
int descriptor_of(hid_t file) noexcept {
  void* handle = nullptr;
  if (H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) < 0 || handle == nullptr) return -1;
  return *static_cast<int*>(handle);
}

}  // namespace

H5File::H5File(const std::filesystem::path& path, H5Access access)
    : id_(access == H5Access::create
              ? create_file(path)
              : check_h5(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "opening the file")),
      access_(access) {}

H5File::~H5File() { give_up(); }

H5File::H5File(H5File&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)), access_(other.access_) {}

H5File& H5File::operator=(H5File&& other) noexcept {
  if (this != &other) {
    give_up();
    id_ = std::exchange(other.id_, H5I_INVALID_HID);
    access_ = other.access_;
  }
  return *this;
}

void H5File::flush() { check_h5(H5Fflush(id_, H5F_SCOPE_GLOBAL), "writing the file"); }

void H5File::close() {
  try {
    flush();
    const int descriptor = descriptor_of(id_);
    if (descriptor < 0 || fsync(descriptor) != 0) {
      throw H5Failure(std::string("writing the file: ") + std::strerror(errno));
    }
  } catch (...) {
    give_up();
    throw;
  }
  check_h5(H5Fclose(std::exchange(id_, H5I_INVALID_HID)), "closing the file");
}

void H5File::give_up() noexcept {
  if (id_ < 0) return;
  const int descriptor = access_ == H5Access::create ? descriptor_of(id_) : -1;
  if (descriptor >= 0) {
    const int memory = memfd_create("csm_discarded", MFD_CLOEXEC);
    if (memory >= 0) {
      dup2(memory, descriptor);
      ::close(memory);
    }
  }
  H5Fclose(std::exchange(id_, H5I_INVALID_HID));
}

}  // namespace csm
