#include "csm/occlusion/incremental_cost.h"

#include <algorithm>
#include <vector>

#include "csm/core/sizes.h"
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

/// The layer that reads each layer last; the end for what is read from outside.
IdVector<LayerId, LayerId> last_reader_of(const LayerProgram& program) {
  IdVector<LayerId, LayerId> last(program.layers.size());
  for (const LayerId layer : program.layers.ids()) {
    for (const LayerId input : program[layer].inputs) last[input] = layer;
  }
  for (const LayerId output : program.read_from_outside()) last[output] = program.layers.end_id();
  return last;
}

double bytes_of(const MapShape& shape, std::int64_t n_pixels) {
  return static_cast<double>(n_pixels) * shape.channels * sizeof(float);
}

/// Most bytes of the windows that are alive at once.
double peak_bytes(const LayerProgram& program, const LayerWindows& windows,
                  const IdVector<LayerId, LayerId>& last_reader) {
  IdVector<LayerId, double> bytes;
  for (const LayerId layer : windows.ids())
    bytes.push_back(bytes_of(map_shape(program[layer]), windows[layer].n_pixels()));
  double live = 0;
  double peak = 0;
  for (const LayerId layer : bytes.ids()) {
    live += bytes[layer];
    peak = std::max(peak, live);
    for (const LayerId input : program[layer].inputs) {
      if (last_reader[input] == layer) live -= bytes[input];
    }
  }
  return peak;
}

double weight_bytes_of(const layer::Operation& operation) {
  const auto* linear = std::get_if<layer::Linear>(&operation);
  const auto* convolution = std::get_if<layer::Convolution>(&operation);
  const std::size_t n = linear != nullptr        ? linear->weight.nbytes()
                        : convolution != nullptr ? convolution->weight.nbytes()
                                                 : 0;
  return static_cast<double>(n);
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
  const IdVector<LayerId, LayerId> last_reader = last_reader_of(program);

  // What a patch changes, mean over patches on a grid.
  IdVector<LayerId, double> mean_pixels(program.layers.size(), 0.0);
  const std::vector<PatchRect> patches =
      grid_of_patches(map_shape(program.layers.front()), patch_size);
  const int n_patches = int_size(patches);
  for (const PatchRect& patch : patches) {
    const LayerWindows windows = changed_windows(program, patch);
    for (const LayerId layer : windows.ids())
      mean_pixels[layer] += static_cast<double>(windows[layer].n_pixels()) / n_patches;
    cost.window_bytes += peak_bytes(program, windows, last_reader) / n_patches;
  }

  // The work of each layer goes down by the share of its map that changes.
  for (const LayerId layer : program.layers.ids()) {
    const MapShape shape = map_shape(program[layer]);
    cost.clean_bytes += bytes_of(shape, shape.n_pixels());
    cost.prepared_bytes += prepared_bytes_of(program[layer].operation, precision);
    const double in_full = multiply_adds(program, layer);
    if (in_full == 0) continue;
    const double share = mean_pixels[layer] / static_cast<double>(shape.n_pixels());
    cost.layers.push_back({.layer = layer.value(),
                           .kind = layer::name_of(program[layer].operation),
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
