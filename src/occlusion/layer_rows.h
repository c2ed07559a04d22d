#pragma once
#include <ATen/Parallel.h>
#include <ATen/core/Tensor.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "csm/occlusion/changed_window.h"

namespace csm {

/// Where the changed pixels of one patch are among the rows of a batch.
struct PatchRows {
  Window window;
  std::int64_t first_row = 0;
};

/// The values of one layer for a batch of patches. Only changed pixels are kept: each is a row of
/// its channels, the pixels of a window row by row, the windows of the patches one after the other.
/// All others have their clean value.
struct LayerRows {
  MapShape shape;
  const float* clean =
      nullptr;  ///< (height * width x channels); not read if every window is the whole map
  std::int64_t clean_stride = 0;  ///< from one clean pixel to the next; 0: one pixel serves for all
  const float* rows = nullptr;    ///< (n_rows x channels)
  std::span<const PatchRows> patches;
};

std::int64_t n_rows(std::span<const PatchRows> patches);

/// A layer's rows together with the buffers that hold them.
struct LayerBatch {
  MapShape shape;
  at::Tensor
      clean;  ///< (height * width x channels), or (1 x channels) for every pixel, or undefined
  at::Tensor rows;  ///< (padded_rows(n_rows) x channels)
  std::vector<PatchRows> patches;

  LayerRows view() const;
};

/// Memory of one thread for the context of one patch; grows and is kept.
float* context_memory(std::int64_t n_values);

/// Copies a rectangle of one patch's map, which may reach beyond the map's edges, as (height x
/// width x channels).
/// @param outside the value beyond the edges
void copy_context(const LayerRows& layer, std::size_t patch, const Window& rectangle, float outside,
                  float* to);

/// The clean channels of one pixel. @pre the pixel lies on the map
inline const float* clean_pixel(const LayerRows& layer, int y, int x) {
  return layer.clean + (std::int64_t{y} * layer.shape.width + x) * layer.clean_stride;
}

/// The channels of one pixel of one patch's map. @pre the pixel lies on the map
inline const float* pixel_of(const LayerRows& layer, const PatchRows& patch, int y, int x) {
  const Window& window = patch.window;
  const std::int64_t channels = layer.shape.channels;
  if (y >= window.y.begin && y < window.y.end && x >= window.x.begin && x < window.x.end) {
    const std::int64_t row =
        std::int64_t{y - window.y.begin} * window.x.length() + (x - window.x.begin);
    return layer.rows + (patch.first_row + row) * channels;
  }
  return clean_pixel(layer, y, x);
}

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
