#pragma once
#include <ATen/Parallel.h>

#include <cstddef>
#include <cstdint>
#include <span>

#include "layer_rows.h"

namespace csm {

/// Calls work(index of the patch) for each patch that changes something, on all threads of the
/// rank.
template <class Work>
void for_each_changed_patch(std::span<const PatchRows> patches, Work&& work) {
  at::parallel_for(0, std::ssize(patches), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) {
      if (patches[p].window.n_pixels() > 0) work(p);
    }
  });
}

}  // namespace csm
