#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/patches.h"

namespace csm {

/// The places [begin, end) along one axis of a map.
struct Interval {
  int begin = 0;
  int end = 0;
  int length() const { return end - begin; }
  bool empty() const { return end <= begin; }
  bool operator==(const Interval&) const = default;
};

/// The pixels of a layer's map that a patch changes: a rectangle. What lies outside has the clean
/// value, exactly.
struct Window {
  Interval y;
  Interval x;
  std::int64_t n_pixels() const {
    return y.empty() || x.empty() ? 0 : std::int64_t{y.length()} * x.length();
  }
  bool operator==(const Window&) const = default;
};

/// The map of a layer; a vector is a map of one pixel.
struct MapShape {
  int channels = 0;
  int height = 1;
  int width = 1;
  std::int64_t n_pixels() const { return std::int64_t{height} * width; }
};
MapShape map_shape(const Layer& layer);

/// The smallest rectangle of the layer's outputs that a change of its inputs inside these windows
/// can reach. The rule of windows along one axis is that of [Krypton] sec. 4.1 (Nakandala et al.,
/// SIGMOD 2019), cut at the map's edges instead of shifted to one size.
/// @pre one window and one shape per input of the layer
Window changed_window(const Layer& layer, std::span<const Window> inputs,
                      std::span<const MapShape> input_shapes);

using LayerWindows = IdVector<LayerId, Window>;

/// The windows of all layers for one patch on the input.
LayerWindows changed_windows(const LayerProgram& program, const PatchRect& patch);

}  // namespace csm
