#include "gathered_pixels.h"

#include <ATen/ATen.h>

#include <optional>

#include "csm/model/transfer.h"

namespace csm {

IdVector<StepId, WindowTable> window_tables(const StepWindows& windows, ComputeDevice device) {
  // One tensor (n_steps x 5 x n_patches), so that there is one transfer.
  constexpr std::int64_t n_columns = 5;
  const std::int64_t n_patches = std::ssize(windows.front());
  at::Tensor numbers = at::empty({windows.size(), n_columns, n_patches}, at::kLong);
  auto* to = numbers.mutable_data_ptr<std::int64_t>();
  for (const std::vector<PatchRows>& step : windows) {
    for (const PatchRows& patch : step) {
      to[0] = patch.window.y.begin;
      to[n_patches] = patch.window.x.begin;
      to[2 * n_patches] = patch.window.y.length();
      to[3 * n_patches] = patch.window.x.length();
      to[4 * n_patches] = patch.first_row;
      ++to;
    }
    to += (n_columns - 1) * n_patches;
  }

  // Each table is a view of it.
  const at::Tensor moved = to_device(numbers, device);
  IdVector<StepId, WindowTable> tables;
  for (const StepId step : windows.ids()) {
    const auto column = [&](std::int64_t c) { return moved[step.value()][c]; };
    tables.push_back({.y = column(0),
                      .x = column(1),
                      .height = column(2),
                      .width = column(3),
                      .first_row = column(4),
                      .n_rows = n_rows(windows[step])});
  }
  return tables;
}

RowPixels pixels_of_rows(const WindowTable& table) {
  const at::Tensor counts = table.height * table.width;
  const at::Tensor patch = at::repeat_interleave(counts, std::optional<std::int64_t>(table.n_rows));
  const at::Tensor width = table.width.index_select(0, patch);
  const at::Tensor place =
      at::arange(table.n_rows, patch.options()) - table.first_row.index_select(0, patch);
  return {.patch = patch,
          .y = table.y.index_select(0, patch) + place.div(width, "floor"),
          .x = table.x.index_select(0, patch) + place.remainder(width)};
}

PixelSource::PixelSource(const GatheredLayer& layer, double outside)
    : layer_(layer),
      values_(at::cat({layer.rows, layer.clean,
                       at::full({1, layer.shape.channels}, outside, layer.rows.options())})) {}

at::Tensor PixelSource::gather(const at::Tensor& patch, const at::Tensor& y,
                               const at::Tensor& x) const {
  const auto of_patch = [&](const at::Tensor& column) {
    return column.index_select(0, patch.flatten()).reshape(patch.sizes());
  };
  const std::int64_t height = layer_.shape.height;
  const std::int64_t width = layer_.shape.width;
  const std::int64_t n_changed = layer_.rows.size(0);
  const at::Tensor window_width = of_patch(layer_.windows.width);
  const at::Tensor down = y - of_patch(layer_.windows.y);
  const at::Tensor right = x - of_patch(layer_.windows.x);
  const at::Tensor is_changed = (down >= 0) & (down < of_patch(layer_.windows.height)) &
                                (right >= 0) & (right < window_width);
  const at::Tensor on_map = (y >= 0) & (y < height) & (x >= 0) & (x < width);
  const at::Tensor place =
      at::where(is_changed, of_patch(layer_.windows.first_row) + down * window_width + right,
                at::where(on_map, y * width + x + n_changed,
                          at::scalar_tensor(n_changed + height * width, y.options())));
  std::vector<std::int64_t> shape = place.sizes().vec();
  shape.push_back(layer_.shape.channels);
  return values_.index_select(0, place.flatten()).view(shape);
}

at::Tensor gather_maps(const GatheredLayer& layer, const at::Tensor& patches) {
  const at::Tensor pixel = at::arange(layer.shape.n_pixels(), patches.options()).unsqueeze(0);
  return PixelSource(layer, 0).gather(patches.unsqueeze(1), pixel.div(layer.shape.width, "floor"),
                                      pixel.remainder(layer.shape.width));
}

}  // namespace csm
