#include "difference_layers.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <limits>

#include "difference_kernels.h"
#include "layer_rows.h"
#include "row_convolution.h"
#include "row_layers.h"
#include "row_matrix.h"
#include "sliding_kernels.h"

namespace csm {
namespace {

at::ScalarType type_of(Precision precision) {
  return precision == Precision::bfloat16 ? at::kBFloat16 : at::kFloat;
}
Precision precision_of(const at::Tensor& rows) {
  return rows.scalar_type() == at::kBFloat16 ? Precision::bfloat16 : Precision::float32;
}

const void* place_in(const at::Tensor& rows, std::int64_t value) {
  return static_cast<const char*>(rows.const_data_ptr()) + value * rows.element_size();
}
void* place_in(at::Tensor& rows, std::int64_t value) {
  return static_cast<char*>(rows.mutable_data_ptr()) + value * rows.element_size();
}

at::Tensor make_kept_rows(const LayerBatch& output, Precision kept) {
  return make_rows(n_rows(output.patches), output.shape.channels, type_of(kept));
}

/// A line of a window: pixels that are consecutive on the map and among the rows.
struct Line {
  std::int64_t row = 0;    ///< of its first pixel, in all
  std::int64_t pixel = 0;  ///< of the map
  std::int64_t n = 0;      ///< pixels
};

template <class Work>
void for_each_line(const PatchRows& patch, MapShape shape, Work&& work) {
  const std::int64_t n = patch.window.x.length();
  for (int y = patch.window.y.begin; y < patch.window.y.end; ++y) {
    work(Line{.row = patch.first_row + (y - patch.window.y.begin) * n,
              .pixel = std::int64_t{y} * shape.width + patch.window.x.begin,
              .n = n});
  }
}

/// Calls kernel(run) for each line of the windows. @param from rows of the same windows
template <class Kernel>
at::Tensor change_lines(const at::Tensor& from, const LayerBatch& output, const at::Tensor& clean,
                        Precision kept, Kernel&& kernel) {
  at::Tensor rows = make_kept_rows(output, kept);
  const std::int64_t channels = output.shape.channels;
  for_each_changed_patch(output.patches, [&](std::size_t patch) {
    for_each_line(output.patches[patch], output.shape, [&](const Line& line) {
      kernel(DifferenceRun{.clean = clean.const_data_ptr<float>() + line.pixel * channels,
                           .from = place_in(from, line.row * channels),
                           .from_precision = precision_of(from),
                           .to = place_in(rows, line.row * channels),
                           .to_precision = kept,
                           .n = line.n * channels});
    });
  });
  return rows;
}

/// The clean values of a rectangle of one patch's map with its differences added.
void copy_changed_context(const ChangedLayer& layer, std::size_t patch, const Window& rectangle,
                          float outside, float* to) {
  const MapShape shape = layer.differences.shape;
  const std::vector<PatchRows> unchanged(1);
  const LayerRows from{.shape = shape,
                       .clean = layer.clean.const_data_ptr<float>(),
                       .clean_stride = shape.channels,
                       .rows = nullptr,
                       .patches = unchanged};
  copy_context(from, 0, rectangle, outside, to);

  // Line by line where the window and the rectangle overlap.
  const PatchRows& changed = layer.differences.patches[patch];
  const int left = std::max(changed.window.x.begin, rectangle.x.begin);
  const int right = std::min(changed.window.x.end, rectangle.x.end);
  for_each_line(changed, shape, [&](const Line& line) {
    const auto y = static_cast<int>(line.pixel / shape.width);
    if (y < rectangle.y.begin || y >= rectangle.y.end || left >= right) return;
    const std::int64_t skipped = left - changed.window.x.begin;
    const std::int64_t place =
        std::int64_t{y - rectangle.y.begin} * rectangle.x.length() + left - rectangle.x.begin;
    add_clean({.clean = from.clean + (line.pixel + skipped) * shape.channels,
               .from = place_in(layer.differences.rows, (line.row + skipped) * shape.channels),
               .from_precision = precision_of(layer.differences.rows),
               .to = to + place * shape.channels,
               .to_precision = Precision::float32,
               .n = static_cast<std::ptrdiff_t>(right - left) * shape.channels});
  });
}

/// What represents a pixel of one input: its clean values and its differences, zeros where the
/// patch leaves it as it is.
SecondInput pixel_of_input(const ChangedLayer& layer, std::size_t patch, int y, int x,
                           const at::Tensor& zeros) {
  const MapShape shape = layer.differences.shape;
  const bool is_gate = shape.height == 1 && shape.width == 1;
  const int at_y = is_gate ? 0 : y;
  const int at_x = is_gate ? 0 : x;
  const PatchRows& changed = layer.differences.patches[patch];
  const Window& window = changed.window;
  const bool is_changed = at_y >= window.y.begin && at_y < window.y.end && at_x >= window.x.begin &&
                          at_x < window.x.end;
  const std::int64_t row = changed.first_row +
                           std::int64_t{at_y - window.y.begin} * window.x.length() +
                           (at_x - window.x.begin);
  return {.clean = layer.clean.const_data_ptr<float>() +
                   (std::int64_t{at_y} * shape.width + at_x) * shape.channels,
          .from = is_changed ? place_in(layer.differences.rows, row * shape.channels)
                             : zeros.const_data_ptr()};
}

}  // namespace

LayerBatch widened(const LayerBatch& differences) {
  return {.shape = differences.shape,
          .clean = at::zeros({1, differences.shape.channels}, at::kFloat),
          .rows = differences.rows.to(at::kFloat),
          .patches = differences.patches};
}

LayerBatch restored(const LayerBatch& differences, const at::Tensor& clean) {
  return {.shape = differences.shape,
          .clean = clean,
          .rows = change_lines(differences.rows, differences, clean, Precision::float32, add_clean),
          .patches = differences.patches};
}

at::Tensor without_clean(const at::Tensor& values, const LayerBatch& output,
                         const at::Tensor& clean, Precision kept) {
  return change_lines(values, output, clean, kept, subtract_clean);
}

at::Tensor kept_rows(const at::Tensor& rows, Precision kept) { return rows.to(type_of(kept)); }

at::Tensor change_rows(const layer::Pointwise& function, const at::Tensor& differences,
                       const LayerBatch& output, const at::Tensor& clean, Precision kept) {
  return change_lines(differences, output, clean, kept,
                      [&](const DifferenceRun& run) { change_by_function(function, run); });
}

at::Tensor change_rows(const layer::PRelu& prelu, const at::Tensor& differences,
                       const LayerBatch& output, const at::Tensor& clean, Precision kept) {
  // One slope for each value of the longest line.
  std::int64_t longest = 0;
  for (const PatchRows& patch : output.patches)
    longest = std::max<std::int64_t>(longest, patch.window.x.length());
  const at::Tensor slopes = prelu.slope.expand({output.shape.channels}).repeat({longest});
  return change_lines(differences, output, clean, kept, [&](const DifferenceRun& run) {
    change_by_prelu(slopes.const_data_ptr<float>(), run);
  });
}

at::Tensor change_rows(const layer::MaxPool& pool, const ChangedLayer& input,
                       const LayerBatch& output, const at::Tensor& clean_output, Precision kept) {
  at::Tensor rows = make_kept_rows(output, kept);
  const std::int64_t channels = output.shape.channels;
  for_each_changed_patch(output.patches, [&](std::size_t p) {
    const PatchRows& patch = output.patches[p];
    const Window context =
        context_of(patch.window, pool.kernel, pool.stride, pool.padding, pool.dilation);
    const std::int64_t n_context = context.n_pixels() * channels;
    float* memory = context_memory(n_context + patch.window.n_pixels() * channels);
    float* maxima = memory + n_context;
    copy_changed_context(input, p, context, -std::numeric_limits<float>::infinity(), memory);
    slide_maximum(pooling_kernel(pool.kernel, pool.stride, pool.dilation, output.shape.channels,
                                 patch.window, context),
                  memory, maxima);
    for_each_line(patch, output.shape, [&](const Line& line) {
      subtract_clean({.clean = clean_output.const_data_ptr<float>() + line.pixel * channels,
                      .from = maxima + (line.row - patch.first_row) * channels,
                      .from_precision = Precision::float32,
                      .to = place_in(rows, line.row * channels),
                      .to_precision = kept,
                      .n = line.n * channels});
    });
  });
  return rows;
}

at::Tensor change_rows(layer::Operator operation, const ChangedLayer& a, const ChangedLayer& b,
                       const LayerBatch& output, Precision kept) {
  at::Tensor rows = make_kept_rows(output, kept);
  const std::int64_t channels = output.shape.channels;
  const at::Tensor zeros = at::zeros({channels}, at::kFloat);
  for_each_changed_patch(output.patches, [&](std::size_t p) {
    const PatchRows& patch = output.patches[p];
    std::int64_t row = patch.first_row;
    for (int y = patch.window.y.begin; y < patch.window.y.end; ++y) {
      for (int x = patch.window.x.begin; x < patch.window.x.end; ++x, ++row) {
        const SecondInput first = pixel_of_input(a, p, y, x, zeros);
        change_by_operator(operation,
                           {.clean = first.clean,
                            .from = first.from,
                            .from_precision = precision_of(a.differences.rows),
                            .to = place_in(rows, row * channels),
                            .to_precision = kept,
                            .n = channels},
                           pixel_of_input(b, p, y, x, zeros));
      }
    }
  });
  return rows;
}

}  // namespace csm
