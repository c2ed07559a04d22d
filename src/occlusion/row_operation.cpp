
#include "row_layers.h"
#include "row_matrix.h"

namespace csm {
namespace {

/// Runs the layers that work on each row alone.
struct RowAlone {
  at::Tensor operator()(const layer::Pointwise& function) const {
    return may_overwrite ? apply_in_place(function, rows) : apply_layer(function, {rows});
  }
  template <class Operation>
  at::Tensor operator()(const Operation& operation) const {
    return apply_layer(operation, {rows});
  }
  const at::Tensor& rows;
  bool may_overwrite;
};

}  // namespace

at::Tensor run_operation(const layer::Operation& operation,
                         std::span<const LayerBatch* const> inputs, const LayerBatch& output,
                         const std::optional<layer::Pointwise>& epilogue, bool may_overwrite) {
  const LayerBatch& first = *inputs.front();
  if (const auto* pool = std::get_if<layer::MaxPool>(&operation))
    return pool_rows(*pool, first, output);
  if (const auto* pool = std::get_if<layer::AveragePool>(&operation))
    return pool_rows(*pool, first, output);
  if (std::holds_alternative<layer::GlobalAverage>(operation)) return average_rows(first, output);
  if (std::holds_alternative<layer::Flatten>(operation)) return flatten_rows(first, output);
  if (std::holds_alternative<layer::Concatenate>(operation))
    return concatenate_rows(inputs, output);
  if (const auto* pad = std::get_if<layer::Pad>(&operation)) return pad_rows(*pad, first, output);
  if (const auto* binary = std::get_if<layer::Binary>(&operation))
    return combine_rows(binary->operation, first, *inputs[1], output,
                        epilogue ? Then::relu : Then::nothing);
  return std::visit(RowAlone{first.rows, may_overwrite}, operation);
}

}  // namespace csm
