#include "gathered_program.h"

#include <ATen/ATen.h>

#include <utility>

#include "csm/model/transfer.h"

namespace csm {

GatheredProgram::GatheredProgram(const LayerProgram& program, ComputeDevice device)
    : program_(program), plan_(plan_steps(program)), device_(device) {
  for (const RowStep& step : plan_.steps) {
    const auto* convolution = std::get_if<layer::Convolution>(&step.operation);
    weights_.push_back(convolution != nullptr ? weights_of_rows(*convolution) : at::Tensor());
  }
}

CleanRows<StepId> GatheredProgram::run_clean(const at::Tensor& image) const {
  const LayerValues values = run_layers(program_, to_device(image, device_));
  CleanRows<StepId> clean{.rows = {}, .outputs = network_outputs(program_, values)};
  for (const RowStep& step : plan_.steps)
    clean.rows.push_back(pixels_of(values[step.layer]).contiguous());
  return clean;
}

std::vector<at::Tensor> GatheredProgram::run_patches(const CleanRows<StepId>& clean,
                                                     const at::Tensor& fill,
                                                     std::span<const PatchRect> patches) const {
  StepWindows windows = windows_of_steps(program_, plan_, patches);
  const IdVector<StepId, WindowTable> tables = window_tables(windows, device_);
  const auto layer_of = [&](StepId step, const LayerBatch& value) {
    return GatheredLayer{.shape = value.shape,
                         .clean = clean.rows[step],
                         .rows = value.rows,
                         .windows = tables[step]};
  };

  // Eqs. (2) and (3): the changed pixels of the input are those of the fill.
  const RowPixels occluded = pixels_of_rows(tables.front());
  at::Tensor fill_rows =
      pixels_of(to_device(fill, device_)).index_select(0, occluded.y * fill.size(3) + occluded.x);

  // A step that no patch of the batch reaches has no rows.
  const auto run_one = [&](StepId id, std::span<const LayerBatch* const> batches,
                           LayerBatch& output, bool) {
    const RowStep& step = plan_[id];
    if (batches.empty()) return at::Tensor();
    if (tables[id].n_rows == 0) return at::empty({0, output.shape.channels}, fill_rows.options());
    std::vector<GatheredLayer> inputs;
    for (std::size_t k = 0; k < batches.size(); ++k)
      inputs.push_back(layer_of(step.inputs[k], *batches[k]));
    const auto* convolution = std::get_if<layer::Convolution>(&step.operation);
    const at::Tensor rows = convolution != nullptr
                                ? convolve(*convolution, weights_[id], inputs.front(), tables[id])
                                : apply_to_rows(step.operation, inputs, tables[id]);
    return step.epilogue ? apply_layer(*step.epilogue, {rows}) : rows;
  };
  const StepValues values =
      run_steps(program_, plan_, std::move(windows), fill_rows, Keep::outputs, run_one);

  // The outputs, and what the tail starts from, are whole maps.
  const at::Tensor all = at::arange(std::ssize(patches), tables.front().y.options());
  return outputs_of_steps(program_, plan_, [&](StepId step, bool is_vector) {
    const MapShape& shape = values[step].shape;
    const at::Tensor pixels = gather_maps(layer_of(step, values[step]), all);
    return is_vector
               ? pixels.flatten(1)
               : pixels.view({-1, shape.height, shape.width, shape.channels}).permute({0, 3, 1, 2});
  });
}

}  // namespace csm
