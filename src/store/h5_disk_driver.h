#pragma once
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

}  // namespace csm
