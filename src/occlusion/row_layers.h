#pragma once
#include <optional>
#include <span>

#include "csm/model/layer_program.h"
#include "layer_rows.h"
#include "sliding_kernels.h"

namespace csm {

/// The kernel that slides over a context of a pooling layer.
SlidingKernel pooling_kernel(Extent kernel, Extent stride, Extent dilation, int channels,
                             const Window& window, const Window& context);

/// The rows of a pooling layer's output.
at::Tensor pool_rows(const layer::MaxPool& pool, const LayerBatch& input, const LayerBatch& output);
at::Tensor pool_rows(const layer::AveragePool& pool, const LayerBatch& input,
                     const LayerBatch& output);

/// One row per patch that changes anything: the mean of its map.
at::Tensor average_rows(const LayerBatch& input, const LayerBatch& output);

/// One row per patch: its map, channels first.
at::Tensor flatten_rows(const LayerBatch& input, const LayerBatch& output);

/// a op b at each pixel of the output's windows, followed by max(0, .) if `then_relu`.
enum class Then : unsigned char { nothing, relu };
at::Tensor combine_rows(layer::Operator operation, const LayerBatch& a, const LayerBatch& b,
                        const LayerBatch& output, Then then);

/// The channels of all inputs, concatenated, at each pixel of the output's windows.
at::Tensor concatenate_rows(std::span<const LayerBatch* const> inputs, const LayerBatch& output);

/// The map with margins added or cut.
at::Tensor pad_rows(const layer::Pad& pad, const LayerBatch& input, const LayerBatch& output);

/// The whole maps of all patches, shape (n_patches x C x H x W), or (n_patches x C) for a vector.
at::Tensor whole_maps(const LayerBatch& layer, bool is_vector);

/// The rows of any layer but convolutions and linear layers, which need prepared weights.
/// @param epilogue a ReLU after a layer of two inputs
/// @param may_overwrite nobody else reads the rows of the first input
at::Tensor run_operation(const layer::Operation& operation,
                         std::span<const LayerBatch* const> inputs, const LayerBatch& output,
                         const std::optional<layer::Pointwise>& epilogue, bool may_overwrite);

}  // namespace csm
