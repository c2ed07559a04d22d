#include "sliding_kernels.h"

#include <algorithm>
#include <cstddef>

#include "csm/core/sizes.h"
#include "vector_clones.h"

namespace csm {
namespace {

struct Multiply {
  static constexpr bool has_weight = true;
  template <class Value>
  static CSM_INLINE void combine(Value& sum, const Value& x, const Value& weight) {
    sum += x * weight;
  }
};

struct Sum {
  static constexpr bool has_weight = false;
  template <class Value>
  static CSM_INLINE void combine(Value& sum, const Value& x, const Value&) {
    sum += x;
  }
};

struct Maximum {
  static constexpr bool has_weight = false;
  template <class Value>
  static CSM_INLINE void combine(Value& sum, const Value& x, const Value&) {
    sum = x > sum ? x : sum;
  }
};

/// All output pixels for one block of channels that starts at `c`. @tparam n the number of taps, 0:
/// any
template <class Combine, class Value, int n>
CSM_INLINE void slide_block(const SlidingKernel& kernel, std::ptrdiff_t c, const float* context,
                            const float* weight, const float* bias, float* out) {
  const std::ptrdiff_t channels = kernel.channels;
  const std::ptrdiff_t line = channels * kernel.context_width * kernel.stride.y;
  const std::ptrdiff_t step = channels * kernel.stride.x;
  const std::int64_t* taps = kernel.taps.data();
  const int n_taps = n > 0 ? n : int_size(kernel.taps);

  // The weights of a known number of taps stay in registers.
  Value held[n > 0 ? n : 1]{};
  if constexpr (Combine::has_weight && n > 0) {
    for (int i = 0; i < n; ++i) load(held[i], weight + i * channels + c);
  }
  Value start{};
  if (bias != nullptr) load(start, bias + c);

  // Output pixel by output pixel, tap by tap.
  for (int y = 0; y < kernel.height; ++y) {
    const float* from = context + y * line + c;
    float* to = out + static_cast<std::ptrdiff_t>(y) * kernel.width * channels + c;
    for (int x = 0; x < kernel.width; ++x) {
      Value sum = start;
      // A maximum starts from its first tap.
      if constexpr (!Combine::has_weight) load(sum, from + taps[0]);
      Value value{};
      for (int i = Combine::has_weight ? 0 : 1; i < n_taps; ++i) {
        load(value, from + taps[i]);
        if constexpr (Combine::has_weight && n == 0) load(held[0], weight + i * channels + c);
        Combine::combine(sum, value, held[n > 0 ? i : 0]);
      }
      store(to, sum);
      from += step;
      to += channels;
    }
  }
}

template <class Combine, int n>
CSM_INLINE void slide(const SlidingKernel& kernel, const float* context, const float* weight,
                      const float* bias, float* out) {
  const std::ptrdiff_t channels = kernel.channels;
  if (channels < n_floats) {
    for (std::ptrdiff_t c = 0; c < channels; ++c) {
      slide_block<Combine, float, n>(kernel, c, context, weight, bias, out);
    }
    return;
  }
  // The last block may overlap the one before it, which is quicker than single channels.
  for (std::ptrdiff_t c = 0; c < channels; c += n_floats) {
    slide_block<Combine, Floats, n>(kernel, std::min(c, channels - n_floats), context, weight, bias,
                                    out);
  }
}

CSM_VECTOR_CLONES void depthwise_of_any(const SlidingKernel& kernel, const float* context,
                                        const float* weight, const float* bias, float* out) {
  slide<Multiply, 0>(kernel, context, weight, bias, out);
}

CSM_VECTOR_CLONES void depthwise_of_9(const SlidingKernel& kernel, const float* context,
                                      const float* weight, const float* bias, float* out) {
  slide<Multiply, 9>(kernel, context, weight, bias, out);
}

CSM_VECTOR_CLONES void maximum_of_any(const SlidingKernel& kernel, const float* context,
                                      float* out) {
  slide<Maximum, 0>(kernel, context, nullptr, nullptr, out);
}

CSM_VECTOR_CLONES void sum_of_any(const SlidingKernel& kernel, const float* context, float* out) {
  slide<Sum, 0>(kernel, context, nullptr, nullptr, out);
}

}  // namespace

std::vector<std::int64_t> kernel_taps(Extent kernel, Extent dilation, int channels,
                                      int context_width) {
  std::vector<std::int64_t> taps;
  for (std::int64_t y = 0; y < kernel.y; ++y) {
    for (std::int64_t x = 0; x < kernel.x; ++x) {
      taps.push_back((y * dilation.y * context_width + x * dilation.x) * channels);
    }
  }
  return taps;
}

void slide_depthwise(const SlidingKernel& kernel, const float* context, const float* weight,
                     const float* bias, float* out) {
  if (kernel.taps.size() == 9) {
    depthwise_of_9(kernel, context, weight, bias, out);
  } else {
    depthwise_of_any(kernel, context, weight, bias, out);
  }
}

void slide_maximum(const SlidingKernel& kernel, const float* context, float* out) {
  maximum_of_any(kernel, context, out);
}

void slide_sum(const SlidingKernel& kernel, const float* context, float* out) {
  sum_of_any(kernel, context, out);
}

}  // namespace csm
