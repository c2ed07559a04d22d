#pragma once
#include <hdf5.h>

#include <utility>

#include "h5_check.h"

namespace csm {

/// The one owner of an HDF5 object (data set, group, space, type, property list, attribute).
class H5Handle {
 public:
  using Close = herr_t (*)(hid_t);

  /// Errors: H5Failure if `id` is that of a failed call.
  H5Handle(hid_t id, Close close, const char* action) : id_(check_h5(id, action)), close_(close) {}
  ~H5Handle() { release(); }
  H5Handle(H5Handle&& other) noexcept
      : id_(std::exchange(other.id_, H5I_INVALID_HID)), close_(other.close_) {}
  H5Handle& operator=(H5Handle&& other) noexcept {
    if (this != &other) {
      release();
      id_ = std::exchange(other.id_, H5I_INVALID_HID);
      close_ = other.close_;
    }
    return *this;
  }
  H5Handle(const H5Handle&) = delete;
  H5Handle& operator=(const H5Handle&) = delete;

  hid_t get() const { return id_; }

 private:
  void release() noexcept {
    if (id_ >= 0) close_(id_);
    id_ = H5I_INVALID_HID;
  }

  hid_t id_ = H5I_INVALID_HID;
  Close close_ = nullptr;
};

}  // namespace csm
