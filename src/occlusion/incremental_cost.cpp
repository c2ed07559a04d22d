#include "csm/occlusion/incremental_cost.h"

#include <algorithm>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/changed_window.h"
#include "row_convolution.h"
#include "winograd_tiles.h"

namespace csm {
namespace {

constexpr int n_grid = 9;  // patches along each side of the input

std::vector<PatchRect> grid_of_patches(MapShape input, int patch_size) {
  std::vector<PatchRect> patches;
  for (int y = 0; y < n_grid; ++y) {
    for (int x = 0; x < n_grid; ++x) {
      const Point2 centre{input.width * (x + 0.5) / n_grid, input.height * (y + 0.5) / n_grid};
      patches.push_back(patch_on_input(centre, patch_size, input.height, input.width));
    }
  }
  return patches;
}

std::vector<int> last_reader_of(const LayerProgram& program) {
  std::vector<int> last(program.layers.size(), 0);
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    for (const int input : program.layers[i].inputs)
      last[static_cast<std::size_t>(input)] = static_cast<int>(i);
  }
  for (const int output : program.tail ? program.tail->inputs : program.outputs)
    last[static_cast<std::size_t>(output)] = static_cast<int>(program.layers.size());
  return last;
}

double bytes_of(const MapShape& shape, double n_pixels) {
  return n_pixels * shape.channels * sizeof(float);
}
double n_pixels_of(const MapShape& shape) {
  return static_cast<double>(shape.height) * shape.width;
}

/// Most bytes of the windows that are alive at once.
double peak_bytes(const LayerProgram& program, const std::vector<Window>& windows,
                  const std::vector<int>& last_reader) {
  std::vector<double> bytes;
  for (std::size_t i = 0; i < windows.size(); ++i)
    bytes.push_back(
        bytes_of(map_shape(program.layers[i]), static_cast<double>(windows[i].n_pixels())));
  double live = 0;
  double peak = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    live += bytes[i];
    peak = std::max(peak, live);
    for (const int input : program.layers[i].inputs) {
      if (last_reader[static_cast<std::size_t>(input)] == static_cast<int>(i))
        live -= bytes[static_cast<std::size_t>(input)];
    }
  }
  return peak;
}

double weight_bytes_of(const layer::Operation& operation) {
  if (const auto* linear = std::get_if<layer::Linear>(&operation))
    return static_cast<double>(linear->weight.nbytes());
  const auto* convolution = std::get_if<layer::Convolution>(&operation);
  return convolution == nullptr ? 0 : static_cast<double>(convolution->weight.nbytes());
}

double prepared_bytes_of(const layer::Operation& operation, Precision precision) {
  const double bytes = weight_bytes_of(operation);
  const auto* convolution = std::get_if<layer::Convolution>(&operation);
  const bool is_filtered = convolution != nullptr && suits_winograd(*convolution);
  return (is_filtered ? bytes / 9 * winograd_products : bytes) +
         (precision == Precision::float32 ? 0 : bytes);
}

}  // namespace

IncrementalCost estimate_incremental_cost(const LayerProgram& program, int patch_size,
                                          Precision precision) {
  IncrementalCost cost;
  const std::vector<int> last_reader = last_reader_of(program);
  std::vector<double> mean_pixels(program.layers.size(), 0.0);
  const std::vector<PatchRect> patches =
      grid_of_patches(map_shape(program.layers.front()), patch_size);
  const auto n_patches = static_cast<double>(patches.size());
  for (const PatchRect& patch : patches) {
    const std::vector<Window> windows = changed_windows(program, patch);
    for (std::size_t i = 0; i < windows.size(); ++i)
      mean_pixels[i] += static_cast<double>(windows[i].n_pixels()) / n_patches;
    cost.window_bytes += peak_bytes(program, windows, last_reader) / n_patches;
  }
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const MapShape shape = map_shape(program.layers[i]);
    cost.clean_bytes += bytes_of(shape, n_pixels_of(shape));
    cost.prepared_bytes += prepared_bytes_of(program.layers[i].operation, precision);
    const double in_full = multiply_adds(program, static_cast<int>(i));
    if (in_full == 0) continue;
    const double share = mean_pixels[i] / n_pixels_of(shape);
    cost.layers.push_back({.layer = static_cast<int>(i),
                           .kind = layer::name_of(program.layers[i].operation),
                           .channels = shape.channels,
                           .height = shape.height,
                           .width = shape.width,
                           .multiply_adds = in_full,
                           .window_share = share,
                           .window_multiply_adds = in_full * share});
    cost.multiply_adds += in_full;
    cost.window_multiply_adds += in_full * share;
  }
  return cost;
}

}  // namespace csm
