#pragma once
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/changed_window.h"
#include "layer_rows.h"

namespace csm {

/// A layer, with the function that follows it if both can be done at once.
struct RowStep {
  int layer = 0;  ///< whose value the step gives
  int inner = 0;  ///< the layer of the operation: `layer` itself, or the one before the function
  std::vector<int> inputs;  ///< steps
  int last_use = 0;  ///< the last step that reads the value; n_steps for an output of the program
  layer::Operation operation;
  std::optional<layer::Pointwise> epilogue;
};

/// A layer program as steps.
struct RowSteps {
  std::vector<RowStep> steps;
  std::vector<int> outputs;  ///< steps that the program's outputs or its tail read
};

RowSteps plan_steps(const LayerProgram& program);

/// The clean values of one image, in float32.
struct CleanRows {
  std::vector<at::Tensor>
      rows;  ///< (height * width x channels) each; of what is decided by the program that made them
  std::vector<at::Tensor> outputs;
};

/// The windows of every step for each patch, one patch after the other.
std::vector<std::vector<PatchRows>> windows_of_steps(const LayerProgram& program,
                                                     const RowSteps& plan,
                                                     std::span<const PatchRect> patches);

/// One window a step: the whole map.
std::vector<std::vector<PatchRows>> whole_windows(const LayerProgram& program,
                                                  const RowSteps& plan);

/// (1 x C x H x W), or (1 x C), as rows of pixels: a view, (H * W x C).
at::Tensor pixels_of(const at::Tensor& values);

/// A copy of pixels_of, (padded_rows(H * W) x C).
at::Tensor pixel_rows(const at::Tensor& values);

/// The rows of an image under the windows. @pre image has shape (1 x C x H x W)
at::Tensor rows_under(const at::Tensor& image, std::span<const PatchRows> windows);

/// What computes one step. @pre inputs hold rows; of `output` everything but the rows is set
using RunStep =
    std::function<at::Tensor(std::size_t step, std::span<const LayerBatch* const> inputs,
                             LayerBatch& output, bool may_overwrite)>;

/// Whose values outlive their last reader.
enum class Keep : unsigned char { outputs, everything };

/// Runs the steps one after the other. Windows without a pixel cost nothing; `may_overwrite`:
/// nobody else reads the rows of the first input.
std::vector<LayerBatch> run_steps(const LayerProgram& program, const RowSteps& plan,
                                  std::vector<std::vector<PatchRows>> windows,
                                  at::Tensor input_rows, Keep keep, const RunStep& run_step);

/// The network's outputs, one row per patch.
/// @param map_of the maps of a step for all patches: (n_patches x C x H x W), or (n_patches x C) if
/// is_vector
std::vector<at::Tensor> outputs_of_steps(
    const LayerProgram& program, const RowSteps& plan,
    const std::function<at::Tensor(std::size_t step, bool is_vector)>& map_of);

/// The same from rows on the CPU. @pre the values of the output steps have their clean maps, or
/// whole windows
std::vector<at::Tensor> outputs_of_steps(const LayerProgram& program, const RowSteps& plan,
                                         const std::vector<LayerBatch>& values);

}  // namespace csm
