#include "row_program.h"

#include <ATen/ATen.h>

#include <utility>

#include "row_layers.h"

namespace csm {

RowProgram::RowProgram(const LayerProgram& program)
    : program_(program), plan_(plan_steps(program)) {
  for (const RowStep& step : plan_.steps) {
    Prepared& prepared = prepared_[prepared_.push_back({})];
    if (const auto* convolution = std::get_if<layer::Convolution>(&step.operation))
      prepared.convolution = make_row_convolution(*convolution, step.epilogue, Precision::float32);
    if (const auto* linear = std::get_if<layer::Linear>(&step.operation))
      prepared.product = std::make_unique<RowProduct>(linear->weight, linear->bias, step.epilogue,
                                                      Precision::float32);
  }
}

at::Tensor RowProgram::run_step(StepId step, std::span<const LayerBatch* const> inputs,
                                const LayerBatch& output, bool may_overwrite) const {
  if (n_rows(output.patches) == 0) return make_rows(0, output.shape.channels);
  const Prepared& prepared = prepared_[step];
  if (prepared.convolution) return prepared.convolution->apply(*inputs.front(), output);
  if (prepared.product) return prepared.product->multiply(inputs.front()->rows);
  return run_operation(plan_[step].operation, inputs, output, plan_[step].epilogue, may_overwrite);
}

StepValues RowProgram::run(StepWindows windows, at::Tensor input_rows,
                           const IdVector<StepId, at::Tensor>* clean) const {
  const auto run_one = [&](StepId step, std::span<const LayerBatch* const> inputs,
                           LayerBatch& output, bool may_overwrite) {
    if (clean != nullptr) output.clean = (*clean)[step];
    return inputs.empty() ? at::Tensor() : run_step(step, inputs, output, may_overwrite);
  };
  return run_steps(program_, plan_, std::move(windows), std::move(input_rows),
                   clean != nullptr ? Keep::outputs : Keep::everything, run_one);
}

CleanRows<StepId> RowProgram::run_clean(const at::Tensor& image) const {
  StepValues values = run(whole_windows(program_, plan_), pixel_rows(image), nullptr);
  CleanRows<StepId> clean{.rows = {}, .outputs = outputs_of_steps(program_, plan_, values)};
  for (LayerBatch& value : values) clean.rows.push_back(std::move(value.rows));
  return clean;
}

std::vector<at::Tensor> RowProgram::run_patches(const CleanRows<StepId>& clean,
                                                const at::Tensor& fill,
                                                std::span<const PatchRect> patches) const {
  StepWindows windows = windows_of_steps(program_, plan_, patches);
  at::Tensor input_rows = rows_under(fill, windows.front());
  return outputs_of_steps(program_, plan_,
                          run(std::move(windows), std::move(input_rows), &clean.rows));
}

}  // namespace csm
