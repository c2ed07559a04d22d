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
  at::parallel_for(0, static_cast<std::int64_t>(patches.size()), 1,
                   [&](std::int64_t begin, std::int64_t end) {
                     for (std::int64_t p = begin; p < end; ++p) {
                       if (patches[static_cast<std::size_t>(p)].window.n_pixels() > 0)
                         work(static_cast<std::size_t>(p));
                     }
                   });
}

}  // namespace csm
