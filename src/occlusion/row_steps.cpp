#include "row_steps.h"

#include <ATen/ATen.h>

#include <utility>

#include "row_layers.h"
#include "row_matrix.h"

namespace csm {
namespace {

/// The layers that read each layer; for an output of the program also the end, from outside.
using Readers = IdVector<LayerId, std::vector<LayerId>>;

Readers readers_of(const LayerProgram& program) {
  Readers readers(program.layers.size());
  for (const LayerId layer : program.layers.ids()) {
    for (const LayerId input : program[layer].inputs) readers[input].push_back(layer);
  }
  for (const LayerId output : program.read_from_outside())
    readers[output].push_back(program.layers.end_id());
  return readers;
}

bool takes_epilogue(const layer::Operation& operation, const layer::Pointwise& function) {
  if (std::holds_alternative<layer::Convolution>(operation) ||
      std::holds_alternative<layer::Linear>(operation))
    return true;
  return std::holds_alternative<layer::Binary>(operation) &&
         function.function == layer::Function::relu;
}

/// The step of each layer; none: it has none yet.
using StepOfLayer = IdVector<LayerId, std::optional<StepId>>;

void add_step(const LayerProgram& program, LayerId layer, const std::vector<LayerId>& readers,
              StepOfLayer& step_of_layer, IdVector<StepId, RowStep>& steps) {
  RowStep step;
  step.layer = step.inner = layer;
  step.operation = program[layer].operation;
  for (const LayerId input : program[layer].inputs) step.inputs.push_back(*step_of_layer[input]);
  step_of_layer[layer] = steps.end_id();

  // A function that alone reads the layer is done with it.
  if (readers.size() == 1 && readers[0] < program.layers.end_id()) {
    const auto* function = std::get_if<layer::Pointwise>(&program[readers[0]].operation);
    if (function != nullptr && takes_epilogue(step.operation, *function)) {
      step.epilogue = *function;
      step.layer = readers[0];
      step_of_layer[readers[0]] = steps.end_id();
    }
  }
  steps.push_back(std::move(step));
}

}  // namespace

RowSteps plan_steps(const LayerProgram& program) {
  RowSteps plan;
  IdVector<StepId, RowStep>& steps = plan.steps;
  const Readers readers = readers_of(program);
  StepOfLayer step_of_layer(program.layers.size());
  for (const LayerId layer : program.layers.ids()) {
    if (!step_of_layer[layer]) add_step(program, layer, readers[layer], step_of_layer, steps);
  }

  // What is read from outside is never free.
  for (const StepId step : steps.ids()) {
    for (const StepId input : steps[step].inputs) steps[input].last_use = step;
  }
  for (const LayerId output : program.read_from_outside()) {
    plan.outputs.push_back(*step_of_layer[output]);
    steps[plan.outputs.back()].last_use = steps.end_id();
  }
  return plan;
}

StepWindows windows_of_steps(const LayerProgram& program, const RowSteps& plan,
                             std::span<const PatchRect> patches) {
  StepWindows windows(plan.steps.size());
  for (const PatchRect& patch : patches) {
    const LayerWindows of_layer = changed_windows(program, patch);
    for (const StepId step : plan.steps.ids())
      windows[step].push_back({of_layer[plan[step].layer], n_rows(windows[step])});
  }
  return windows;
}

StepWindows whole_windows(const LayerProgram& program, const RowSteps& plan) {
  StepWindows windows;
  for (const RowStep& step : plan.steps) {
    const MapShape shape = map_shape(program[step.layer]);
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

StepValues run_steps(const LayerProgram& program, const RowSteps& plan, StepWindows windows,
                     at::Tensor input_rows, Keep keep, const RunStep& run_step) {
  StepValues values(plan.steps.size());
  values.front().rows = std::move(input_rows);
  for (const StepId id : plan.steps.ids()) {
    const RowStep& step = plan[id];
    LayerBatch& value = values[id];
    value.shape = map_shape(program[step.layer]);
    value.patches = std::move(windows[id]);
    std::vector<const LayerBatch*> inputs;
    for (const StepId input : step.inputs) inputs.push_back(&values[input]);

    // Rows that are read here for the last time may be overwritten, and are let go of.
    const auto is_last_use = [&](StepId input) {
      return keep == Keep::outputs && plan[input].last_use == id;
    };
    const bool may_overwrite = !inputs.empty() && is_last_use(step.inputs.front()) &&
                               inputs.front()->rows.storage().use_count() == 1;
    at::Tensor rows = run_step(id, inputs, value, may_overwrite);
    if (!step.inputs.empty()) value.rows = std::move(rows);
    for (const StepId input : step.inputs) {
      if (is_last_use(input)) values[input].rows.reset();
    }
  }
  return values;
}

std::vector<at::Tensor> outputs_of_steps(
    const LayerProgram& program, const RowSteps& plan,
    const std::function<at::Tensor(StepId step, bool is_vector)>& map_of) {
  LayerValues maps(program.layers.size());
  for (const StepId step : plan.outputs) {
    const LayerId layer = plan[step].layer;
    maps[layer] = map_of(step, program[layer].shape.size() == 1);
  }
  return network_outputs(program, maps);
}

std::vector<at::Tensor> outputs_of_steps(const LayerProgram& program, const RowSteps& plan,
                                         const StepValues& values) {
  return outputs_of_steps(program, plan, [&](StepId step, bool is_vector) {
    return whole_maps(values[step], is_vector);
  });
}

}  // namespace csm
