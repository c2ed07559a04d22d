#pragma once
#include <string>

#include "csm/core/log.h"
#include "csm/model/device_error.h"

namespace csm {

/// Returns work(); if the device's memory runs out, halves the batch and calls it again. The batch
/// stays small. Errors: as with_device_errors; OutOfMemory if the batch is 1 already.
template <class Work>
auto with_shrinking_batch(int& batch_size, ComputeDevice device, Work&& work) {
  while (true) {
    try {
      return with_device_errors(device, work);
    } catch (const OutOfMemory&) {
      if (batch_size == 1) throw;
    }
    const int too_many = batch_size;
    batch_size /= 2;
    log_warning(
        "the device's memory ran out with " + std::to_string(too_many) +
        " occluded copies at once: going on with " + std::to_string(batch_size) +
        ". The last digits may differ from those of a run that never ran out; --batch-size " +
        std::to_string(batch_size) + " keeps them the same on all ranks");
  }
}

}  // namespace csm
