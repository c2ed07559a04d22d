#include "layer_rows.h"

#include <algorithm>
#include <cstring>

namespace csm {
namespace {

Interval common(Interval a, Interval b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

}  // namespace

std::int64_t n_rows(std::span<const PatchRows> patches) {
  return patches.empty() ? 0 : patches.back().first_row + patches.back().window.n_pixels();
}

LayerRows LayerBatch::view() const {
  return {.shape = shape,
          .clean = clean.defined() ? clean.const_data_ptr<float>() : nullptr,
          .clean_stride = clean.defined() && clean.size(0) > 1 ? shape.channels : 0,
          .rows = rows.const_data_ptr<float>(),
          .patches = patches};
}

float* context_memory(std::int64_t n_values) {
  thread_local std::vector<float> memory;
  if (std::ssize(memory) < n_values) memory.resize(n_values);
  return memory.data();
}

void copy_context(const LayerRows& layer, std::size_t patch, const Window& rectangle, float outside,
                  float* to) {
  const PatchRows& changed = layer.patches[patch];
  const std::int64_t channels = layer.shape.channels;
  const auto copy = [&](float* target, const float* source, int n_pixels) {
    std::memcpy(target, source, sizeof(float) * n_pixels * channels);
  };
  const auto copy_clean = [&](float* target, int y, Interval x) {
    if (layer.clean_stride != 0) return copy(target, clean_pixel(layer, y, x.begin), x.length());
    for (int i = 0; i < x.length(); ++i) copy(target + i * channels, layer.clean, 1);
  };

  // Line by line; what lies off the map has the value outside.
  const Interval on_map = common(rectangle.x, {0, layer.shape.width});
  for (int y = rectangle.y.begin; y < rectangle.y.end; ++y) {
    float* line = to + std::int64_t{y - rectangle.y.begin} * rectangle.x.length() * channels;
    const auto at = [&](int x) { return line + (x - rectangle.x.begin) * channels; };
    if (y < 0 || y >= layer.shape.height || on_map.empty()) {
      std::fill(line, line + rectangle.x.length() * channels, outside);
      continue;
    }
    std::fill(line, at(on_map.begin), outside);
    std::fill(at(on_map.end), at(rectangle.x.end), outside);

    // Clean pixels, then the changed ones of the window, then clean ones again.
    const bool is_changed = y >= changed.window.y.begin && y < changed.window.y.end;
    const Interval overlap =
        is_changed ? common(on_map, changed.window.x) : Interval{on_map.begin, on_map.begin};
    if (overlap.empty()) {
      copy_clean(at(on_map.begin), y, on_map);
      continue;
    }
    if (on_map.begin < overlap.begin)
      copy_clean(at(on_map.begin), y, {on_map.begin, overlap.begin});
    copy(at(overlap.begin), pixel_of(layer, changed, y, overlap.begin), overlap.length());
    if (overlap.end < on_map.end) copy_clean(at(overlap.end), y, {overlap.end, on_map.end});
  }
}

}  // namespace csm
