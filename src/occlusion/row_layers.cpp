#include "row_layers.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>

#include "csm/core/error.h"
#include "layer_rows.h"
#include "row_convolution.h"
#include "row_matrix.h"
#include "sliding_kernels.h"

namespace csm {
namespace {

/// Calls work(patch, window, place of its first row in `rows`) for each patch that changes
/// something.
template <class Work>
void for_each_patch(const LayerBatch& output, at::Tensor& rows, Work&& work) {
  float* out = rows.mutable_data_ptr<float>();
  for_each_changed_patch(output.patches, [&](std::size_t p) {
    const PatchRows& patch = output.patches[p];
    work(p, patch.window, out + patch.first_row * output.shape.channels);
  });
}

/// The number of places that an average counts along one axis, as LibTorch does: beyond the padding
/// none count.
std::int64_t counted(std::int64_t output, std::int64_t kernel, std::int64_t stride,
                     std::int64_t padding, int size, bool count_include_pad) {
  const std::int64_t begin = output * stride - padding;
  const std::int64_t end = std::min(begin + kernel, size + padding);
  return count_include_pad ? end - begin
                           : std::min<std::int64_t>(end, size) - std::max<std::int64_t>(begin, 0);
}

void divide(const layer::AveragePool& pool, const LayerBatch& input, const Window& window,
            float* out) {
  for (int y = window.y.begin; y < window.y.end; ++y) {
    const std::int64_t n_y = counted(y, pool.kernel.y, pool.stride.y, pool.padding.y,
                                     input.shape.height, pool.count_include_pad);
    for (int x = window.x.begin; x < window.x.end; ++x, out += input.shape.channels) {
      const std::int64_t n = n_y * counted(x, pool.kernel.x, pool.stride.x, pool.padding.x,
                                           input.shape.width, pool.count_include_pad);
      std::transform(out, out + input.shape.channels, out,
                     [n](float v) { return v / static_cast<float>(n); });
    }
  }
}

bool is_whole(const Window& window, MapShape shape) {
  return window.n_pixels() == shape.n_pixels();
}

void add_row(std::vector<double>& sums, const float* row, double factor) {
  for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += factor * row[c];
}

/// Whether the pixels of a patch's window all have rows of the output at the same places.
bool has_same_windows(const LayerBatch& a, const LayerBatch& b) {
  return a.shape.height == b.shape.height && a.shape.width == b.shape.width &&
         std::equal(a.patches.begin(), a.patches.end(), b.patches.begin(),
                    [](const PatchRows& p, const PatchRows& q) { return p.window == q.window; });
}

at::Tensor combined(layer::Operator operation, const at::Tensor& a, const at::Tensor& b) {
  return apply_layer(layer::Binary{operation}, {a, b});
}

template <class Combine>
void combine_pixels(const LayerRows& a, const LayerRows& b, std::size_t patch, const Window& window,
                    float* out, Combine&& combine) {
  const auto pixel = [&](const LayerRows& layer, int y, int x) {
    const bool is_gate = layer.shape.height == 1 && layer.shape.width == 1;
    return pixel_of(layer, layer.patches[patch], is_gate ? 0 : y, is_gate ? 0 : x);
  };
  for (int y = window.y.begin; y < window.y.end; ++y) {
    for (int x = window.x.begin; x < window.x.end; ++x, out += a.shape.channels) {
      const float* left = pixel(a, y, x);
      std::transform(left, left + a.shape.channels, pixel(b, y, x), out, combine);
    }
  }
}

}  // namespace

SlidingKernel pooling_kernel(Extent kernel, Extent stride, Extent dilation, int channels,
                             const Window& window, const Window& context) {
  return {.channels = channels,
          .context_width = context.x.length(),
          .height = window.y.length(),
          .width = window.x.length(),
          .stride = stride,
          .taps = kernel_taps(kernel, dilation, channels, context.x.length())};
}

at::Tensor pool_rows(const layer::MaxPool& pool, const LayerBatch& input,
                     const LayerBatch& output) {
  at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);
  const LayerRows from = input.view();
  for_each_patch(output, rows, [&](std::size_t patch, const Window& window, float* out) {
    const Window context =
        context_of(window, pool.kernel, pool.stride, pool.padding, pool.dilation);
    float* memory = context_memory(context.n_pixels() * from.shape.channels);
    copy_context(from, patch, context, -std::numeric_limits<float>::infinity(), memory);
    slide_maximum(pooling_kernel(pool.kernel, pool.stride, pool.dilation, from.shape.channels,
                                 window, context),
                  memory, out);
  });
  return rows;
}

at::Tensor pool_rows(const layer::AveragePool& pool, const LayerBatch& input,
                     const LayerBatch& output) {
  at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);
  const LayerRows from = input.view();
  for_each_patch(output, rows, [&](std::size_t patch, const Window& window, float* out) {
    const Window context = context_of(window, pool.kernel, pool.stride, pool.padding, {1, 1});
    float* memory = context_memory(context.n_pixels() * from.shape.channels);
    copy_context(from, patch, context, 0, memory);
    slide_sum(
        pooling_kernel(pool.kernel, pool.stride, {1, 1}, from.shape.channels, window, context),
        memory, out);
    divide(pool, input, window, out);
  });
  return rows;
}

at::Tensor average_rows(const LayerBatch& input, const LayerBatch& output) {
  const LayerRows from = input.view();
  const int channels = from.shape.channels;
  const std::int64_t n_pixels = from.shape.n_pixels();
  std::vector<double> clean_sums(channels, 0.0);
  if (from.clean != nullptr) {
    for (std::int64_t pixel = 0; pixel < n_pixels; ++pixel)
      add_row(clean_sums, from.clean + pixel * from.clean_stride, 1);
  }

  // Each patch changes the sums of the clean image by what its pixels had and have; if it changes
  // the whole map, no clean value is read.
  at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);
  for_each_patch(output, rows, [&](std::size_t patch, const Window&, float* out) {
    const PatchRows& changed = from.patches[patch];
    const bool is_whole_map = is_whole(changed.window, from.shape);
    std::vector<double> sums = is_whole_map ? std::vector<double>(channels, 0.0) : clean_sums;
    const float* row = from.rows + changed.first_row * from.shape.channels;
    for (int y = changed.window.y.begin; y < changed.window.y.end; ++y) {
      for (int x = changed.window.x.begin; x < changed.window.x.end; ++x, row += channels) {
        add_row(sums, row, 1);
        if (is_whole_map) continue;
        CSM_EXPECT(from.clean != nullptr);
        add_row(sums, clean_pixel(from, y, x), -1);
      }
    }
    for (int c = 0; c < channels; ++c)
      out[c] = static_cast<float>(sums[c] / static_cast<double>(n_pixels));
  });
  return rows;
}

at::Tensor flatten_rows(const LayerBatch& input, const LayerBatch& output) {
  const LayerRows from = input.view();
  const std::int64_t n_pixels = from.shape.n_pixels();
  at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);
  for_each_patch(output, rows, [&](std::size_t patch, const Window&, float* out) {
    for (int y = 0; y < from.shape.height; ++y) {
      for (int x = 0; x < from.shape.width; ++x, ++out) {
        const float* pixel = pixel_of(from, from.patches[patch], y, x);
        for (int c = 0; c < from.shape.channels; ++c) out[c * n_pixels] = pixel[c];
      }
    }
  });
  return rows;
}

at::Tensor combine_rows(layer::Operator operation, const LayerBatch& a, const LayerBatch& b,
                        const LayerBatch& output, Then then) {
  // Rows at the same places are combined as whole buffers, others pixel by pixel.
  at::Tensor rows;
  if (has_same_windows(a, b)) {
    rows = combined(operation, a.rows, b.rows);
  } else {
    rows = make_rows(n_rows(output.patches), output.shape.channels);
    const LayerRows left = a.view();
    const LayerRows right = b.view();
    for_each_patch(output, rows, [&](std::size_t patch, const Window& window, float* out) {
      switch (operation) {
        case layer::Operator::add:
          return combine_pixels(left, right, patch, window, out, std::plus<float>());
        case layer::Operator::subtract:
          return combine_pixels(left, right, patch, window, out, std::minus<float>());
        case layer::Operator::multiply:
          return combine_pixels(left, right, patch, window, out, std::multiplies<float>());
        case layer::Operator::maximum:
          return combine_pixels(left, right, patch, window, out,
                                [](float x, float y) { return x > y ? x : y; });
      }
    });
  }
  return then == Then::relu ? at::relu_(rows) : rows;
}

at::Tensor concatenate_rows(std::span<const LayerBatch* const> inputs, const LayerBatch& output) {
  const bool is_aligned = std::all_of(inputs.begin(), inputs.end(), [&](const LayerBatch* input) {
    return has_same_windows(*input, *inputs.front());
  });
  if (is_aligned) {
    std::vector<at::Tensor> parts;
    for (const LayerBatch* input : inputs) parts.push_back(input->rows);
    return at::cat(parts, 1);
  }

  // Else pixel by pixel, each input's channels after the other's.
  at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);
  std::vector<LayerRows> views;
  for (const LayerBatch* input : inputs) views.push_back(input->view());
  for_each_patch(output, rows, [&](std::size_t patch, const Window& window, float* out) {
    for (int y = window.y.begin; y < window.y.end; ++y) {
      for (int x = window.x.begin; x < window.x.end; ++x) {
        for (const LayerRows& view : views) {
          std::memcpy(out, pixel_of(view, view.patches[patch], y, x),
                      sizeof(float) * view.shape.channels);
          out += view.shape.channels;
        }
      }
    }
  });
  return rows;
}

at::Tensor pad_rows(const layer::Pad& pad, const LayerBatch& input, const LayerBatch& output) {
  // If each window only moves, the rows stay as they are.
  at::Tensor rows = input.rows;
  const auto is_moved = [&](const PatchRows& from, const PatchRows& to) {
    const auto along = [](Interval a, Interval b, std::int64_t margin) {
      return a.begin + margin == b.begin && a.end + margin == b.end;
    };
    return from.window.n_pixels() == to.window.n_pixels() &&
           (to.window.n_pixels() == 0 || (along(from.window.y, to.window.y, pad.top) &&
                                          along(from.window.x, to.window.x, pad.left)));
  };
  if (!std::equal(input.patches.begin(), input.patches.end(), output.patches.begin(), is_moved)) {
    // Pixels are cut off, or the margins themselves are asked for.
    rows = make_rows(n_rows(output.patches), input.shape.channels);
    const LayerRows from = input.view();
    float* out = rows.mutable_data_ptr<float>();
    for (std::size_t p = 0; p < output.patches.size(); ++p) {
      const Window& window = output.patches[p].window;
      if (window.n_pixels() == 0) continue;
      const auto back = [](Interval at, std::int64_t margin) {
        return Interval{static_cast<int>(at.begin - margin), static_cast<int>(at.end - margin)};
      };
      copy_context(from, p, {back(window.y, pad.top), back(window.x, pad.left)},
                   static_cast<float>(pad.value),
                   out + output.patches[p].first_row * input.shape.channels);
    }
  }

  // Margins of channels are new columns.
  if (pad.channels_before == 0 && pad.channels_behind == 0) return rows;
  return at::constant_pad_nd(rows, {pad.channels_before, pad.channels_behind}, pad.value);
}

at::Tensor whole_maps(const LayerBatch& layer, bool is_vector) {
  const auto n = std::ssize(layer.patches);
  at::Tensor maps =
      at::empty({n, layer.shape.height, layer.shape.width, layer.shape.channels}, at::kFloat);
  float* out = maps.mutable_data_ptr<float>();
  const LayerRows from = layer.view();
  const Window whole{{0, layer.shape.height}, {0, layer.shape.width}};
  at::parallel_for(0, n, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) {
      copy_context(from, p, whole, 0, out + p * whole.n_pixels() * layer.shape.channels);
    }
  });
  return is_vector ? maps.flatten(1) : maps.permute({0, 3, 1, 2});
}

}  // namespace csm
