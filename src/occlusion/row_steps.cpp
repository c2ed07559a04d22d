#include "row_steps.h"

#include <ATen/ATen.h>

#include <utility>

#include "row_layers.h"
#include "row_matrix.h"

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
  if (std::holds_alternative<layer::Convolution>(operation) ||
      std::holds_alternative<layer::Linear>(operation))
    return true;
  return std::holds_alternative<layer::Binary>(operation) &&
         function.function == layer::Function::relu;
}

MapShape shape_of(const LayerProgram& program, const RowStep& step) {
  return map_shape(program.layers[static_cast<std::size_t>(step.layer)]);
}

void add_step(const LayerProgram& program, std::size_t layer, const std::vector<int>& readers,
              std::vector<int>& step_of_layer, std::vector<RowStep>& steps) {
  RowStep step;
  step.layer = step.inner = static_cast<int>(layer);
  step.operation = program.layers[layer].operation;
  for (const int input : program.layers[layer].inputs)
    step.inputs.push_back(step_of_layer[static_cast<std::size_t>(input)]);
  const auto place = static_cast<int>(steps.size());
  step_of_layer[layer] = place;
  if (readers.size() == 1 && readers[0] < static_cast<int>(program.layers.size())) {
    const auto next = static_cast<std::size_t>(readers[0]);
    const auto* function = std::get_if<layer::Pointwise>(&program.layers[next].operation);
    if (function != nullptr && takes_epilogue(step.operation, *function)) {
      step.epilogue = *function;
      step.layer = readers[0];
      step_of_layer[next] = place;
    }
  }
  steps.push_back(std::move(step));
}

}  // namespace

RowSteps plan_steps(const LayerProgram& program) {
  RowSteps plan;
  std::vector<RowStep>& steps = plan.steps;
  const std::vector<std::vector<int>> readers = readers_of(program);
  std::vector<int> step_of_layer(program.layers.size(), -1);
  for (std::size_t layer = 0; layer < program.layers.size(); ++layer) {
    if (step_of_layer[layer] < 0) add_step(program, layer, readers[layer], step_of_layer, steps);
  }
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const int input : steps[i].inputs)
      steps[static_cast<std::size_t>(input)].last_use = static_cast<int>(i);
  }
  for (const int output : program.tail ? program.tail->inputs : program.outputs) {
    plan.outputs.push_back(step_of_layer[static_cast<std::size_t>(output)]);
    steps[static_cast<std::size_t>(plan.outputs.back())].last_use = static_cast<int>(steps.size());
  }
  return plan;
}

std::vector<std::vector<PatchRows>> windows_of_steps(const LayerProgram& program,
                                                     const RowSteps& plan,
                                                     std::span<const PatchRect> patches) {
  std::vector<std::vector<PatchRows>> windows(plan.steps.size());
  for (const PatchRect& patch : patches) {
    const std::vector<Window> of_layer = changed_windows(program, patch);
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      windows[i].push_back(
          {of_layer[static_cast<std::size_t>(plan.steps[i].layer)], n_rows(windows[i])});
    }
  }
  return windows;
}

std::vector<std::vector<PatchRows>> whole_windows(const LayerProgram& program,
                                                  const RowSteps& plan) {
  std::vector<std::vector<PatchRows>> windows;
  for (const RowStep& step : plan.steps) {
    const MapShape shape = shape_of(program, step);
    windows.push_back({{.window = {{0, shape.height}, {0, shape.width}}, .first_row = 0}});
  }
  return windows;
}

at::Tensor pixels_of(const at::Tensor& values) {
  return values.dim() == 2 ? values : values[0].permute({1, 2, 0}).flatten(0, 1);
}

at::Tensor pixel_rows(const at::Tensor& values) {
  const at::Tensor pixels = pixels_of(values);
  at::Tensor rows = make_rows(pixels.size(0), pixels.size(1));
  rows.narrow(0, 0, pixels.size(0)).copy_(pixels);
  return rows;
}

at::Tensor rows_under(const at::Tensor& image, std::span<const PatchRows> windows) {
  const at::Tensor pixels = pixel_rows(image);
  const MapShape shape{.channels = static_cast<int>(image.size(1)),
                       .height = static_cast<int>(image.size(2)),
                       .width = static_cast<int>(image.size(3))};
  // An image whose changed pixels are none, so its context is the image itself.
  const std::vector<PatchRows> unchanged(1);
  const LayerRows from{.shape = shape,
                       .clean = pixels.const_data_ptr<float>(),
                       .clean_stride = shape.channels,
                       .rows = nullptr,
                       .patches = unchanged};
  at::Tensor rows = make_rows(n_rows(windows), shape.channels);
  for (const PatchRows& patch : windows)
    copy_context(from, 0, patch.window, 0,
                 rows.mutable_data_ptr<float>() + patch.first_row * shape.channels);
  return rows;
}

std::vector<LayerBatch> run_steps(const LayerProgram& program, const RowSteps& plan,
                                  std::vector<std::vector<PatchRows>> windows,
                                  at::Tensor input_rows, Keep keep, const RunStep& run_step) {
  const std::vector<RowStep>& steps = plan.steps;
  std::vector<LayerBatch> values(steps.size());
  values.front().rows = std::move(input_rows);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const RowStep& step = steps[i];
    LayerBatch& value = values[i];
    value.shape = shape_of(program, step);
    value.patches = std::move(windows[i]);
    std::vector<const LayerBatch*> inputs;
    for (const int input : step.inputs) inputs.push_back(&values[static_cast<std::size_t>(input)]);
    const auto is_last_use = [&](int input) {
      return keep == Keep::outputs &&
             steps[static_cast<std::size_t>(input)].last_use == static_cast<int>(i);
    };
    const bool may_overwrite = !inputs.empty() && is_last_use(step.inputs.front()) &&
                               inputs.front()->rows.storage().use_count() == 1;
    at::Tensor rows = run_step(i, inputs, value, may_overwrite);
    if (!step.inputs.empty()) value.rows = std::move(rows);
    for (const int input : step.inputs) {
      if (is_last_use(input)) values[static_cast<std::size_t>(input)].rows.reset();
    }
  }
  return values;
}

std::vector<at::Tensor> outputs_of_steps(
    const LayerProgram& program, const RowSteps& plan,
    const std::function<at::Tensor(std::size_t step, bool is_vector)>& map_of) {
  std::vector<at::Tensor> maps(program.layers.size());
  for (const int output : plan.outputs) {
    const auto step = static_cast<std::size_t>(output);
    const auto layer = static_cast<std::size_t>(plan.steps[step].layer);
    maps[layer] = map_of(step, program.layers[layer].shape.size() == 1);
  }
  return network_outputs(program, maps);
}

std::vector<at::Tensor> outputs_of_steps(const LayerProgram& program, const RowSteps& plan,
                                         const std::vector<LayerBatch>& values) {
  return outputs_of_steps(program, plan, [&](std::size_t step, bool is_vector) {
    return whole_maps(values[step], is_vector);
  });
}

}  // namespace csm
