#include "winograd_tiles.h"

#include <algorithm>
#include <cstddef>

#include "vector_clones.h"

namespace csm {
namespace {

/// B^T along one line of six.
CSM_INLINE void to_products(const Floats* d, Floats* t) {
  const Floats a = d[4] - 4 * d[2];
  const Floats b = d[3] - 4 * d[1];
  const Floats c = d[4] - d[2];
  const Floats e = 2 * (d[3] - d[1]);
  t[0] = 4 * d[0] - 5 * d[2] + d[4];
  t[1] = a + b;
  t[2] = a - b;
  t[3] = c + e;
  t[4] = c - e;
  t[5] = 4 * d[1] - 5 * d[3] + d[5];
}

/// A^T along one line of six.
CSM_INLINE void from_products(const Floats* m, Floats* y) {
  const Floats sum_1 = m[1] + m[2];
  const Floats difference_1 = m[1] - m[2];
  const Floats sum_2 = m[3] + m[4];
  const Floats difference_2 = m[3] - m[4];
  y[0] = m[0] + sum_1 + sum_2;
  y[1] = difference_1 + 2 * difference_2;
  y[2] = sum_1 + 4 * sum_2;
  y[3] = difference_1 + 8 * difference_2 + m[5];
}

CSM_INLINE void input_block(const float* context, std::ptrdiff_t line, std::ptrdiff_t pixel,
                            float* to, std::ptrdiff_t plane) {
  Floats columns[winograd_inputs][winograd_inputs];
  for (int x = 0; x < winograd_inputs; ++x) {
    Floats d[winograd_inputs];
    Floats t[winograd_inputs];
    for (int y = 0; y < winograd_inputs; ++y) load(d[y], context + y * line + x * pixel);
    to_products(d, t);
    for (int y = 0; y < winograd_inputs; ++y) columns[y][x] = t[y];
  }
  for (int y = 0; y < winograd_inputs; ++y) {
    Floats t[winograd_inputs];
    to_products(columns[y], t);
    for (int x = 0; x < winograd_inputs; ++x) store(to + (y * winograd_inputs + x) * plane, t[x]);
  }
}

CSM_INLINE void output_block(const float* const* products, std::ptrdiff_t c, const float* bias,
                             std::ptrdiff_t pixel, const OutputTile& tile, float* to) {
  Floats columns[winograd_outputs][winograd_inputs];
  for (int x = 0; x < winograd_inputs; ++x) {
    Floats m[winograd_inputs];
    Floats y_values[winograd_outputs];
    for (int y = 0; y < winograd_inputs; ++y) load(m[y], products[y * winograd_inputs + x] + c);
    from_products(m, y_values);
    for (int y = 0; y < winograd_outputs; ++y) columns[y][x] = y_values[y];
  }
  Floats shift;
  load(shift, bias + c);
  const Floats lowest = tile.has_relu ? Floats{} : Floats{} - __builtin_inff();
  for (int y = 0; y < tile.height; ++y) {
    Floats values[winograd_outputs];
    from_products(columns[y], values);
    for (int x = 0; x < tile.width; ++x) {
      const Floats value = values[x] + shift;
      store(to + y * tile.line + x * pixel + c, value > lowest ? value : lowest);
    }
  }
}

CSM_VECTOR_CLONES void transform_input(const float* context, std::ptrdiff_t line,
                                       std::ptrdiff_t channels, float* to, std::ptrdiff_t plane) {
  // The last block may overlap the one before it.
  for (std::ptrdiff_t c = 0; c < channels; c += n_floats) {
    const std::ptrdiff_t at = std::min(c, channels - n_floats);
    input_block(context + at, line, channels, to + at, plane);
  }
}

CSM_VECTOR_CLONES void transform_output(const float* const* products, const float* bias,
                                        std::ptrdiff_t channels, const OutputTile& tile,
                                        float* to) {
  for (std::ptrdiff_t c = 0; c < channels; c += n_floats)
    output_block(products, std::min(c, channels - n_floats), bias, channels, tile, to);
}

}  // namespace

void transform_input_tile(const float* context, std::int64_t line, int n_channels, float* to,
                          std::int64_t plane) {
  transform_input(context, line, n_channels, to, plane);
}

void transform_output_tile(const float* const* products, const float* bias, int n_channels,
                           const OutputTile& tile, float* to) {
  transform_output(products, bias, n_channels, tile, to);
}

}  // namespace csm
