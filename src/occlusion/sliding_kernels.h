#pragma once
#include <cstdint>
#include <vector>

#include "csm/model/layer_program.h"

namespace csm {

/// A kernel that slides over a context (height x width x channels) without margins: they are part
/// of the context.
struct SlidingKernel {
  int channels = 0;
  int context_width = 0;  ///< [px]
  int height = 0;         ///< of the output [px]
  int width = 0;          ///< of the output [px]
  Extent stride{1, 1};
  std::vector<std::int64_t>
      taps;  ///< offset of each place under the kernel from its first one, in floats
};

/// The taps of a kernel, row by row.
std::vector<std::int64_t> kernel_taps(Extent kernel, Extent dilation, int channels,
                                      int context_width);

/// out(y, x, c) = bias(c) + sum over taps of context * weight(tap, c). @pre weight has shape
/// (n_taps x channels)
void slide_depthwise(const SlidingKernel& kernel, const float* context, const float* weight,
                     const float* bias, float* out);

/// out(y, x, c) = maximum over taps; places beyond the map must hold -infinity.
void slide_maximum(const SlidingKernel& kernel, const float* context, float* out);

/// out(y, x, c) = sum over taps; places beyond the map must hold 0.
void slide_sum(const SlidingKernel& kernel, const float* context, float* out);

}  // namespace csm
