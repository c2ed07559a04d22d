#pragma once
#include <optional>
#include <span>

#include "csm/model/layer_program.h"
#include "layer_rows.h"

namespace csm {

/// The rows of any layer but convolutions and linear layers, which need prepared weights.
/// @param epilogue a ReLU after a layer of two inputs
/// @param may_overwrite nobody else reads the rows of the first input
at::Tensor run_operation(const layer::Operation& operation,
                         std::span<const LayerBatch* const> inputs, const LayerBatch& output,
                         const std::optional<layer::Pointwise>& epilogue, bool may_overwrite);

}  // namespace csm
