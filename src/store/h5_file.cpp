#include "h5_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "h5_check.h"
#include "h5_handle.h"

namespace csm {
namespace {

hid_t create_file(const std::filesystem::path& path, DiskState& state) {
  const H5Handle creation(H5Pcreate(H5P_FILE_CREATE), &H5Pclose, "making a property list");
  // Times of objects would make two equal results differ.
  check_h5(H5Pset_obj_track_times(creation.get(), false), "turning object times off");
  const H5Handle access = disk_access_list(state);
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get());
  if (id < 0 && state.error != 0)
    throw H5Failure(std::string("creating the file: ") + std::strerror(state.error));
  return check_h5(id, "creating the file");
}

void throw_if_failed(const DiskState& state) {
  if (state.error != 0)
    throw H5Failure(std::string("writing the file: ") + std::strerror(state.error));
}

/// Hands a file's bytes from the system to the disk.
void sync_file(const std::filesystem::path& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  const bool done = descriptor >= 0 && fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!done) throw H5Failure(std::string("writing the file: ") + std::strerror(error));
}

}  // namespace

H5File::H5File(const std::filesystem::path& path, H5Access access)
    : path_(path),
      state_(std::make_unique<DiskState>()),
      id_(access == H5Access::create
              ? create_file(path, *state_)
              : check_h5(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), "opening the file")) {}

H5File::~H5File() { give_up(); }

H5File::H5File(H5File&& other) noexcept
    : path_(std::move(other.path_)),
      state_(std::move(other.state_)),
      id_(std::exchange(other.id_, H5I_INVALID_HID)) {}

H5File& H5File::operator=(H5File&& other) noexcept {
  if (this != &other) {
    give_up();
    path_ = std::move(other.path_);
    state_ = std::move(other.state_);
    id_ = std::exchange(other.id_, H5I_INVALID_HID);
  }
  return *this;
}

void H5File::flush() {
  check_h5(H5Fflush(id_, H5F_SCOPE_GLOBAL), "writing the file");
  throw_if_failed(*state_);
}

void H5File::close() {
  check_h5(H5Fclose(std::exchange(id_, H5I_INVALID_HID)), "closing the file");
  throw_if_failed(*state_);
  sync_file(path_);
}

void H5File::give_up() noexcept {
  if (id_ < 0) return;
  state_->discard = true;
  H5Fclose(std::exchange(id_, H5I_INVALID_HID));
}

}  // namespace csm
