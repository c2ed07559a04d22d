#include "difference_program.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "row_layers.h"

namespace csm {
namespace {

/// What of a layer acts on differences, given that it is linear up to a constant.
struct LinearPart {
  layer::Operation operator()(const layer::ScaleShift& layer) const {
    return layer::ScaleShift{.scale = layer.scale, .shift = at::zeros_like(layer.shift)};
  }
  layer::Operation operator()(const layer::Pad& layer) const {
    layer::Pad pad = layer;
    pad.value = 0;
    return pad;
  }
  template <class Other>
  layer::Operation operator()(const Other& layer) const {
    return layer;
  }
};

/// Works on all entries of a vector at once.
bool mixes_vector(const layer::Operation& operation) {
  return std::holds_alternative<layer::Softmax>(operation) ||
         std::holds_alternative<layer::Normalise>(operation);
}

bool is_linear(layer::Operator operation) {
  return operation == layer::Operator::add || operation == layer::Operator::subtract;
}

/// A product without a bias, which differences do not see.
template <class Weighted>
Weighted without_bias(const Weighted& layer) {
  Weighted result = layer;
  result.bias = at::zeros_like(layer.bias);
  return result;
}

}  // namespace

DifferenceProgram::DifferenceProgram(const LayerProgram& program, Precision kept)
    : program_(program), plan_(plan_steps(program)) {
  IdVector<StepId, char> is_read(plan_.steps.size(), 0);
  for (const RowStep& step : plan_.steps) {
    for (const StepId input : step.inputs) is_read[input] = 1;
  }
  for (const StepId id : plan_.steps.ids()) {
    const RowStep& step = plan_[id];
    Prepared& prepared = prepared_[prepared_.push_back({})];
    // What only the outputs read is not rounded.
    prepared.kept = is_read[id] != 0 ? kept : Precision::float32;
    if (const auto* convolution = std::get_if<layer::Convolution>(&step.operation))
      prepared.convolution = make_row_convolution(without_bias(*convolution), std::nullopt, kept);
    if (const auto* linear = std::get_if<layer::Linear>(&step.operation)) {
      prepared.product = std::make_unique<RowProduct>(linear->weight, without_bias(*linear).bias,
                                                      std::nullopt, kept);
    }
  }
}

CleanRows<LayerId> DifferenceProgram::run_clean(const at::Tensor& image) const {
  LayerValues values = run_layers(program_, image);
  CleanRows<LayerId> clean{.rows = {}, .outputs = network_outputs(program_, values)};
  for (at::Tensor& value : values) {
    clean.rows.push_back(pixel_rows(value));
    value.reset();
  }
  return clean;
}

at::Tensor DifferenceProgram::run_operation_of(StepId step,
                                               std::span<const LayerBatch* const> inputs,
                                               const LayerBatch& output, const CleanValues& clean,
                                               Precision kept) const {
  const layer::Operation& operation = plan_[step].operation;
  const LayerBatch& first = *inputs.front();
  const auto clean_of = [&](std::size_t input) -> const at::Tensor& {
    return clean[plan_[plan_[step].inputs[input]].layer];
  };
  const at::Tensor& clean_output = clean[plan_[step].inner];

  // Products see differences alone.
  if (prepared_[step].product)
    return kept_rows(prepared_[step].product->multiply(first.rows), kept);
  if (prepared_[step].convolution)
    return kept_rows(prepared_[step].convolution->apply(widened(first), output), kept);

  // What is not linear needs the clean values: f(c + d) - f(c).
  if (const auto* function = std::get_if<layer::Pointwise>(&operation))
    return change_rows(*function, first.rows, output, clean_of(0), kept);
  if (const auto* prelu = std::get_if<layer::PRelu>(&operation))
    return change_rows(*prelu, first.rows, output, clean_of(0), kept);
  if (const auto* pool = std::get_if<layer::MaxPool>(&operation))
    return change_rows(*pool, {first, clean_of(0)}, output, clean_output, kept);
  const auto* binary = std::get_if<layer::Binary>(&operation);
  if (binary != nullptr && !is_linear(binary->operation))
    return change_rows(binary->operation, {first, clean_of(0)}, {*inputs[1], clean_of(1)}, output,
                       kept);
  if (mixes_vector(operation)) {
    const LayerBatch values = restored(first, clean_of(0));
    return without_clean(apply_layer(operation, {values.rows}), output, clean_output, kept);
  }

  // The others are linear up to a constant.
  std::vector<LayerBatch> wide;
  std::vector<const LayerBatch*> wide_inputs;
  wide.reserve(inputs.size());
  for (const LayerBatch* input : inputs) wide_inputs.push_back(&wide.emplace_back(widened(*input)));
  return kept_rows(run_operation(std::visit(LinearPart{}, operation), wide_inputs, output,
                                 std::nullopt, /*may_overwrite=*/false),
                   kept);
}

at::Tensor DifferenceProgram::run_step(StepId step, std::span<const LayerBatch* const> inputs,
                                       const LayerBatch& output, const CleanValues& clean) const {
  const Precision kept = prepared_[step].kept;
  if (n_rows(output.patches) == 0) return kept_rows(make_rows(0, output.shape.channels), kept);
  const RowStep& planned = plan_[step];
  if (!planned.epilogue) return run_operation_of(step, inputs, output, clean, kept);
  // A result is rounded once, after its function.
  const at::Tensor rows = run_operation_of(step, inputs, output, clean, Precision::float32);
  return change_rows(*planned.epilogue, rows, output, clean[planned.inner], kept);
}

std::vector<at::Tensor> DifferenceProgram::run_patches(const CleanRows<LayerId>& clean,
                                                       const at::Tensor& fill,
                                                       std::span<const PatchRect> patches) const {
  StepWindows windows = windows_of_steps(program_, plan_, patches);
  const LayerBatch input{.shape = map_shape(program_.layers.front()),
                         .clean = {},
                         .rows = rows_under(fill, windows.front()),
                         .patches = windows.front()};
  at::Tensor input_rows =
      without_clean(input.rows, input, clean.rows.front(), prepared_.front().kept);
  const auto run_one = [&](StepId step, std::span<const LayerBatch* const> inputs,
                           const LayerBatch& output, bool) {
    return inputs.empty() ? at::Tensor() : run_step(step, inputs, output, clean.rows);
  };
  StepValues values =
      run_steps(program_, plan_, std::move(windows), std::move(input_rows), Keep::outputs, run_one);
  for (const StepId output : plan_.outputs)
    values[output] = restored(values[output], clean.rows[plan_[output].layer]);
  return outputs_of_steps(program_, plan_, values);
}

}  // namespace csm
