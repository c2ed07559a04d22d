#include "csm/occlusion/changed_window.h"

#include <algorithm>
#include <variant>

#include "csm/core/error.h"

namespace csm {
namespace {

/// A sliding kernel along one axis.
struct Slide {
  std::int64_t kernel;
  std::int64_t stride;
  std::int64_t padding;
  std::int64_t dilation;
};

/// The outputs whose kernel meets the changed inputs: output o reads inputs o * stride - padding +
/// k * dilation.
Interval slide_over(Interval input, const Slide& slide, int output_size) {
  if (input.empty()) return {};
  const std::int64_t reach = slide.dilation * (slide.kernel - 1);
  const std::int64_t lowest = input.begin + slide.padding - reach;
  const std::int64_t highest = input.end - 1 + slide.padding;
  const std::int64_t begin = lowest <= 0 ? 0 : (lowest + slide.stride - 1) / slide.stride;
  const std::int64_t end = std::min<std::int64_t>(highest / slide.stride + 1, output_size);
  return {static_cast<int>(begin), static_cast<int>(std::max(begin, end))};
}

template <class Pool>
Window slide_pool(const Pool& pool, Extent dilation, const Window& input, MapShape output) {
  return {slide_over(input.y, {pool.kernel.y, pool.stride.y, pool.padding.y, dilation.y},
                     output.height),
          slide_over(input.x, {pool.kernel.x, pool.stride.x, pool.padding.x, dilation.x},
                     output.width)};
}

Interval hull(Interval a, Interval b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  return {std::min(a.begin, b.begin), std::max(a.end, b.end)};
}

Window whole(MapShape shape) { return {{0, shape.height}, {0, shape.width}}; }

Interval shifted(Interval input, std::int64_t by, int output_size) {
  const auto place = [&](int at) {
    return static_cast<int>(std::clamp<std::int64_t>(at + by, 0, output_size));
  };
  return {place(input.begin), place(input.end)};
}

struct Rule {
  std::span<const Window> inputs;
  std::span<const MapShape> shapes;
  MapShape output;

  Window operator()(const layer::Convolution& layer) const {
    const layer::MaxPool pool{.kernel = {layer.weight.size(2), layer.weight.size(3)},
                              .stride = layer.stride,
                              .padding = layer.padding};
    return slide_pool(pool, layer.dilation, inputs[0], output);
  }
  Window operator()(const layer::MaxPool& layer) const {
    return slide_pool(layer, layer.dilation, inputs[0], output);
  }
  Window operator()(const layer::AveragePool& layer) const {
    return slide_pool(layer, {1, 1}, inputs[0], output);
  }
  Window operator()(const layer::GlobalAverage&) const { return whole(output); }
  Window operator()(const layer::Flatten&) const { return whole(output); }
  Window operator()(const layer::Pad& layer) const {
    return {shifted(inputs[0].y, layer.top, output.height),
            shifted(inputs[0].x, layer.left, output.width)};
  }
  Window operator()(const layer::Binary&) const {
    for (const MapShape& shape : shapes) {
      // One value per channel changes the whole map.
      if (shape.height != output.height || shape.width != output.width) return whole(output);
    }
    return all_inputs();
  }
  Window operator()(const layer::Concatenate&) const { return all_inputs(); }
  Window operator()(const layer::Input&) const { return inputs[0]; }
  /// Every other layer works on each pixel alone.
  template <class Other>
  Window operator()(const Other&) const {
    return inputs[0];
  }

  Window all_inputs() const {
    Window window = inputs[0];
    for (const Window& input : inputs.subspan(1)) {
      if (input.n_pixels() == 0) continue;
      window =
          window.n_pixels() == 0 ? input : Window{hull(window.y, input.y), hull(window.x, input.x)};
    }
    return window;
  }
};

}  // namespace

MapShape map_shape(const Layer& layer) {
  const auto side = [&](std::size_t i) { return static_cast<int>(layer.shape[i]); };
  if (layer.shape.size() == 1) return {.channels = side(0)};
  CSM_EXPECT(layer.shape.size() == 3);
  return {.channels = side(0), .height = side(1), .width = side(2)};
}

Window changed_window(const Layer& layer, std::span<const Window> inputs,
                      std::span<const MapShape> input_shapes) {
  CSM_EXPECT(!inputs.empty() && inputs.size() == input_shapes.size());
  const bool is_unchanged = std::all_of(
      inputs.begin(), inputs.end(), [](const Window& window) { return window.n_pixels() == 0; });
  if (is_unchanged) return {};
  const Window window = std::visit(Rule{inputs, input_shapes, map_shape(layer)}, layer.operation);
  return window.n_pixels() == 0 ? Window{} : window;
}

LayerWindows changed_windows(const LayerProgram& program, const PatchRect& patch) {
  const Window occluded{{patch.y1, patch.y2}, {patch.x1, patch.x2}};
  LayerWindows windows;
  std::vector<Window> inputs;
  std::vector<MapShape> shapes;
  for (const Layer& layer : program.layers) {
    inputs.clear();
    shapes.clear();
    for (const LayerId from : layer.inputs) {
      inputs.push_back(windows[from]);
      shapes.push_back(map_shape(program[from]));
    }
    windows.push_back(windows.empty() ? occluded : changed_window(layer, inputs, shapes));
  }
  return windows;
}

}  // namespace csm
