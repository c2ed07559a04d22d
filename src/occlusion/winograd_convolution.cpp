#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <utility>

#include "row_convolution.h"
#include "row_matrix.h"
#include "winograd_tiles.h"

namespace csm {
namespace {

constexpr std::int64_t most_tiles =
    384;  // in one product: their transforms should stay in the cache
constexpr std::int64_t fewest_channels = 32;

/// G g G^T of every kernel: (36, O, C).
at::Tensor transformed_weights(const at::Tensor& weight) {
  const at::Tensor g =
      at::tensor({1.0 / 4, 0.0, 0.0, -1.0 / 6, -1.0 / 6, -1.0 / 6, -1.0 / 6, 1.0 / 6, -1.0 / 6,
                  1.0 / 24, 1.0 / 12, 1.0 / 6, 1.0 / 24, -1.0 / 12, 1.0 / 6, 0.0, 0.0, 1.0},
                 at::kDouble)
          .reshape({winograd_inputs, 3});
  const at::Tensor result =
      at::matmul(at::matmul(g, weight.to(at::kDouble)), g.t());  // (O, C, 6, 6)
  return result.permute({2, 3, 0, 1})
      .reshape({winograd_products, weight.size(0), weight.size(1)})
      .to(at::kFloat);
}

int n_tiles_along(Interval at) { return (at.length() + winograd_outputs - 1) / winograd_outputs; }
std::int64_t n_tiles_of(const Window& window) {
  return window.n_pixels() == 0 ? 0
                                : std::int64_t{n_tiles_along(window.y)} * n_tiles_along(window.x);
}

/// Some patches of a batch and where the tiles of each begin.
struct TileGroup {
  std::size_t first_patch = 0;
  std::vector<std::int64_t> first_tile;  ///< of each patch, then the number of all tiles
  std::int64_t n_tiles() const { return first_tile.back(); }
  std::int64_t n_patches() const { return std::ssize(first_tile) - 1; }
};

class Winograd : public RowConvolution {
 public:
  Winograd(const layer::Convolution& convolution, const std::optional<layer::Pointwise>& epilogue)
      : padding_(convolution.padding), bias_(convolution.bias.contiguous()) {
    has_relu_ = epilogue && epilogue->function == layer::Function::relu;
    if (!has_relu_) epilogue_ = epilogue;
    const at::Tensor weights = transformed_weights(convolution.weight);
    const at::Tensor no_bias = at::zeros_like(convolution.bias);
    for (int i = 0; i < winograd_products; ++i)
      products_.emplace_back(weights[i], no_bias, std::nullopt, Precision::float32);
  }

  at::Tensor apply(const LayerBatch& input, const LayerBatch& output) const override;

 private:
  at::Tensor transform_inputs(const LayerRows& input, const LayerBatch& output,
                              const TileGroup& group) const;
  void transform_outputs(const at::Tensor& transformed, const LayerBatch& output,
                         const TileGroup& group, float* rows) const;

  Extent padding_;
  at::Tensor bias_;
  bool has_relu_ = false;
  std::optional<layer::Pointwise> epilogue_;  ///< what is left to do after the transform
  std::vector<RowProduct> products_;  ///< one for each of the 36 places of a transformed tile
};

/// Calls work(patch, first tile) for the patches of a group.
template <class Work>
void for_each_patch(const TileGroup& group, Work&& work) {
  at::parallel_for(0, group.n_patches(), 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t p = begin; p < end; ++p) work(group.first_patch + p, group.first_tile[p]);
  });
}

/// Returns (36 x padded_rows(n_tiles) x C).
at::Tensor Winograd::transform_inputs(const LayerRows& input, const LayerBatch& output,
                                      const TileGroup& group) const {
  const std::int64_t channels = input.shape.channels;
  const std::int64_t n_padded = padded_rows(group.n_tiles());
  at::Tensor transformed = at::empty({winograd_products, n_padded, channels}, at::kFloat);
  transformed.narrow(1, group.n_tiles(), n_padded - group.n_tiles()).zero_();

  // A patch's tiles from the context of all of them: whole tiles, which may reach over its window.
  float* out = transformed.mutable_data_ptr<float>();
  for_each_patch(group, [&](std::size_t patch, std::int64_t tile) {
    const Window& window = output.patches[patch].window;
    if (window.n_pixels() == 0) return;
    const int n_y = n_tiles_along(window.y);
    const int n_x = n_tiles_along(window.x);
    const Interval y{window.y.begin, window.y.begin + n_y * winograd_outputs};
    const Interval x{window.x.begin, window.x.begin + n_x * winograd_outputs};
    const Window context = context_of({y, x}, {3, 3}, {1, 1}, padding_, {1, 1});
    float* memory = context_memory(context.n_pixels() * channels);
    copy_context(input, patch, context, 0, memory);

    const std::int64_t line = context.x.length() * channels;
    for (int tile_y = 0; tile_y < n_y; ++tile_y) {
      for (int tile_x = 0; tile_x < n_x; ++tile_x, ++tile) {
        transform_input_tile(memory + (tile_y * line + tile_x * channels) * winograd_outputs, line,
                             static_cast<int>(channels), out + tile * channels,
                             n_padded * channels);
      }
    }
  });
  return transformed;
}

void Winograd::transform_outputs(const at::Tensor& transformed, const LayerBatch& output,
                                 const TileGroup& group, float* rows) const {
  // One product for each of the 36 places of a tile.
  std::array<at::Tensor, winograd_products> results;
  std::array<const float*, winograd_products> planes{};
  for (int i = 0; i < winograd_products; ++i) {
    results[i] = products_[i].multiply(transformed[i]);
    planes[i] = results[i].const_data_ptr<float>();
  }

  // Each tile back to outputs, cut where it reaches over the window.
  const std::int64_t channels = output.shape.channels;
  for_each_patch(group, [&](std::size_t patch, std::int64_t tile) {
    const PatchRows& to = output.patches[patch];
    if (to.window.n_pixels() == 0) return;
    const std::int64_t line = to.window.x.length() * channels;
    for (int y = 0; y < to.window.y.length(); y += winograd_outputs) {
      for (int x = 0; x < to.window.x.length(); x += winograd_outputs, ++tile) {
        std::array<const float*, winograd_products> products{};
        for (std::size_t i = 0; i < planes.size(); ++i) products[i] = planes[i] + tile * channels;
        const OutputTile part{.height = std::min(winograd_outputs, to.window.y.length() - y),
                              .width = std::min(winograd_outputs, to.window.x.length() - x),
                              .line = line,
                              .has_relu = has_relu_};
        transform_output_tile(products.data(), bias_.const_data_ptr<float>(),
                              static_cast<int>(channels), part,
                              rows + to.first_row * channels + y * line + x * channels);
      }
    }
  });
}

at::Tensor Winograd::apply(const LayerBatch& input, const LayerBatch& output) const {
  at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);
  const LayerRows from = input.view();
  for (std::size_t first = 0; first < output.patches.size();) {
    TileGroup group{.first_patch = first, .first_tile = {0}};
    do {
      group.first_tile.push_back(group.n_tiles() + n_tiles_of(output.patches[first].window));
      ++first;
    } while (first < output.patches.size() &&
             group.n_tiles() + n_tiles_of(output.patches[first].window) <= most_tiles);
    if (group.n_tiles() == 0) continue;
    transform_outputs(transform_inputs(from, output, group), output, group,
                      rows.mutable_data_ptr<float>());
  }
  return epilogue_ ? apply_in_place(*epilogue_, std::move(rows)) : rows;
}

}  // namespace

bool suits_winograd(const layer::Convolution& convolution) {
  const at::Tensor& weight = convolution.weight;
  return weight.size(2) == 3 && weight.size(3) == 3 && convolution.stride == Extent{1, 1} &&
         convolution.dilation == Extent{1, 1} && convolution.groups == 1 &&
         weight.size(0) >= fewest_channels && weight.size(1) >= fewest_channels;
}

std::unique_ptr<RowConvolution> make_winograd_convolution(
    const layer::Convolution& convolution, const std::optional<layer::Pointwise>& epilogue) {
  return std::make_unique<Winograd>(convolution, epilogue);
}

}  // namespace csm
