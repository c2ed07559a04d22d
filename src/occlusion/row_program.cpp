#include "row_program.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "csm/core/error.h"
#include "row_layers.h"

namespace csm {
namespace {

/// The layers that read each layer; an output of the program is read from outside too.
std::vector<std::vector<int>> readers_of(const LayerProgram& program) {
  std::vector<std::vector<int>> readers(program.layers.size());
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    for (const int input : program.layers[i].inputs)
      readers[static_cast<std::size_t>(input)].push_back(static_cast<int>(i));
  }
  for (const int output : program.tail ? program.tail->inputs : program.outputs)
    readers[static_cast<std::size_t>(output)].push_back(static_cast<int>(program.layers.size()));
  return readers;
}

bool takes_epilogue(const layer::Operation& operation, const layer::Pointwise& function) {
  if (std::holds_alternative<layer::Convolution>(operation) || std::holds_alternative<layer::Linear>(operation))
    return true;
  return std::holds_alternative<layer::Binary>(operation) && function.function == layer::Function::relu;
}

Window whole_window(MapShape shape) { return {{0, shape.height}, {0, shape.width}}; }

/// (1 x C x H x W) as rows of pixels.
at::Tensor pixel_rows(const at::Tensor& picture) {
  const std::int64_t n_pixels = picture.size(2) * picture.size(3);
  at::Tensor rows = make_rows(n_pixels, picture.size(1));
  rows.narrow(0, 0, n_pixels).copy_(picture[0].permute({1, 2, 0}).flatten(0, 1));
  return rows;
}

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

RowProgram::RowProgram(const LayerProgram& program) : program_(program) {
  const std::vector<std::vector<int>> readers = readers_of(program);
  std::vector<int> step_of_layer(program.layers.size(), -1);
  for (std::size_t layer = 0; layer < program.layers.size(); ++layer) {
    if (step_of_layer[layer] < 0) add_step(layer, readers[layer], step_of_layer);
  }
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    for (const int input : steps_[i].inputs) steps_[static_cast<std::size_t>(input)].last_use = static_cast<int>(i);
  }
  for (const int output : program.tail ? program.tail->inputs : program.outputs) {
    output_steps_.push_back(step_of_layer[static_cast<std::size_t>(output)]);
    steps_[static_cast<std::size_t>(output_steps_.back())].last_use = static_cast<int>(steps_.size());
  }
}

void RowProgram::add_step(std::size_t layer, const std::vector<int>& readers, std::vector<int>& step_of_layer) {
  Step step;
  step.layer = static_cast<int>(layer);
  step.operation = program_.layers[layer].operation;
  for (const int input : program_.layers[layer].inputs)
    step.inputs.push_back(step_of_layer[static_cast<std::size_t>(input)]);
  const auto place = static_cast<int>(steps_.size());
  step_of_layer[layer] = place;
  if (readers.size() == 1 && readers[0] < static_cast<int>(program_.layers.size())) {
    const auto next = static_cast<std::size_t>(readers[0]);
    const auto* function = std::get_if<layer::Pointwise>(&program_.layers[next].operation);
    if (function != nullptr && takes_epilogue(step.operation, *function)) {
      step.epilogue = *function;
      step.layer = readers[0];
      step_of_layer[next] = place;
    }
  }
  if (const auto* convolution = std::get_if<layer::Convolution>(&step.operation))
    step.convolution = make_row_convolution(*convolution, step.epilogue);
  if (const auto* linear = std::get_if<layer::Linear>(&step.operation))
    step.product = std::make_unique<RowProduct>(linear->weight, linear->bias, step.epilogue);
  steps_.push_back(std::move(step));
}

at::Tensor RowProgram::run_step(const Step& step, std::span<const LayerBatch* const> inputs, const LayerBatch& output,
                                bool may_overwrite) const {
  const LayerBatch& first = *inputs.front();
  if (step.convolution) return step.convolution->apply(first, output);
  if (step.product) return step.product->multiply(first.rows);
  if (const auto* pool = std::get_if<layer::MaxPool>(&step.operation)) return pool_rows(*pool, first, output);
  if (const auto* pool = std::get_if<layer::AveragePool>(&step.operation)) return pool_rows(*pool, first, output);
  if (std::holds_alternative<layer::GlobalAverage>(step.operation)) return average_rows(first, output);
  if (std::holds_alternative<layer::Flatten>(step.operation)) return flatten_rows(first, output);
  if (std::holds_alternative<layer::Concatenate>(step.operation)) return concatenate_rows(inputs, output);
  if (const auto* pad = std::get_if<layer::Pad>(&step.operation)) return pad_rows(*pad, first, output);
  if (const auto* binary = std::get_if<layer::Binary>(&step.operation)) {
    return combine_rows(binary->operation, first, *inputs[1], output, step.epilogue ? Then::relu : Then::nothing);
  }
  return std::visit(RowAlone{first.rows, may_overwrite}, step.operation);
}

std::vector<LayerBatch> RowProgram::run(std::vector<std::vector<PatchRows>> windows, at::Tensor input_rows,
                                        const std::vector<at::Tensor>* clean) const {
  std::vector<LayerBatch> values(steps_.size());
  values.front().rows = std::move(input_rows);
  for (std::size_t i = 0; i < steps_.size(); ++i) {
    const Step& step = steps_[i];
    LayerBatch& value = values[i];
    value.shape = map_shape(program_.layers[static_cast<std::size_t>(step.layer)]);
    value.patches = std::move(windows[i]);
    if (clean != nullptr) value.clean = (*clean)[i];
    if (step.inputs.empty()) continue;
    std::vector<const LayerBatch*> inputs;
    for (const int input : step.inputs) inputs.push_back(&values[static_cast<std::size_t>(input)]);
    const auto is_last_use = [&](int input) {
      return clean != nullptr && steps_[static_cast<std::size_t>(input)].last_use == static_cast<int>(i);
    };
    const bool may_overwrite = is_last_use(step.inputs.front()) && inputs.front()->rows.storage().use_count() == 1;
    value.rows =
        n_rows(value.patches) == 0 ? make_rows(0, value.shape.channels) : run_step(step, inputs, value, may_overwrite);
    for (const int input : step.inputs) {
      if (is_last_use(input)) values[static_cast<std::size_t>(input)].rows.reset();
    }
  }
  return values;
}

std::vector<at::Tensor> RowProgram::outputs_of(const std::vector<LayerBatch>& values) const {
  std::vector<at::Tensor> maps(program_.layers.size());
  for (const int step : output_steps_) {
    const auto layer = static_cast<std::size_t>(steps_[static_cast<std::size_t>(step)].layer);
    maps[layer] = whole_maps(values[static_cast<std::size_t>(step)], program_.layers[layer].shape.size() == 1);
  }
  return network_outputs(program_, maps);
}

RowProgram::Clean RowProgram::run_clean(const at::Tensor& image) const {
  std::vector<std::vector<PatchRows>> windows;
  for (const Step& step : steps_)
    windows.push_back({{whole_window(map_shape(program_.layers[static_cast<std::size_t>(step.layer)])), 0}});
  std::vector<LayerBatch> values = run(std::move(windows), pixel_rows(image), nullptr);
  Clean clean{.rows = {}, .outputs = outputs_of(values)};
  for (LayerBatch& value : values) clean.rows.push_back(std::move(value.rows));
  return clean;
}

std::vector<at::Tensor> RowProgram::run_patches(const Clean& clean, const at::Tensor& fill,
                                                std::span<const PatchRect> patches) const {
  std::vector<std::vector<PatchRows>> windows(steps_.size());
  for (const PatchRect& patch : patches) {
    const std::vector<Window> of_layer = changed_windows(program_, patch);
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      windows[i].push_back({of_layer[static_cast<std::size_t>(steps_[i].layer)], n_rows(windows[i])});
    }
  }
  const at::Tensor fill_rows = pixel_rows(fill);
  const MapShape input_shape = map_shape(program_.layers.front());
  at::Tensor input_rows = make_rows(n_rows(windows[0]), input_shape.channels);
  // The fill is a picture whose changed pixels are none, so its context is the fill itself.
  const std::vector<PatchRows> unchanged(1);
  const LayerRows picture{
      .shape = input_shape, .clean = fill_rows.const_data_ptr<float>(), .rows = nullptr, .patches = unchanged};
  for (const PatchRows& patch : windows[0]) {
    copy_context(picture, 0, patch.window, 0,
                 input_rows.mutable_data_ptr<float>() + patch.first_row * input_shape.channels);
  }
  return outputs_of(run(std::move(windows), std::move(input_rows), &clean.rows));
}

}  // namespace csm
