#pragma once
#include <exception>
#include <string>
#include <string_view>

#include "csm/core/log.h"

namespace csm {

/// LibTorch's interpreter passes on the message of an error only: "CUDA out of memory. Tried to allocate ...".
inline bool is_out_of_memory(const std::exception& error) {
  return std::string_view(error.what()).find("out of memory") != std::string_view::npos;
}

/// Returns work(); if the device's memory runs out, halves the batch and calls it again. The batch stays small.
/// Errors: those of work; out of memory if the batch is 1 already.
template <class Work>
auto with_shrinking_batch(int& batch_size, Work&& work) {
  while (true) {
    try {
      return work();
    } catch (const std::exception& error) {
      if (batch_size == 1 || !is_out_of_memory(error)) throw;
    }
    const int too_many = batch_size;
    batch_size /= 2;
    log_warning("the device's memory ran out with " + std::to_string(too_many) +
                " occluded copies at once: going on with " + std::to_string(batch_size) +
                ". The last digits may differ from those of a run that never ran out; --batch-size " +
                std::to_string(batch_size) + " keeps them the same on all ranks");
  }
}

}  // namespace csm
