#pragma once
#include <mutex>

namespace csm {

/// A turn with the HDF5 library, which as most systems build it must not be used by two threads at
/// once. Whoever opens a file holds one until it is closed; the other threads of the process wait.
/// The turn of a thread may nest.
class Hdf5Turn {
 public:
  Hdf5Turn() : lock_(mutex()) {}

 private:
  static std::recursive_mutex& mutex() {
    static std::recursive_mutex instance;
    return instance;
  }
  std::lock_guard<std::recursive_mutex> lock_;
};

}  // namespace csm
