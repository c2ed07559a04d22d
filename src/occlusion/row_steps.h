#pragma once
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/changed_window.h"
#include "layer_rows.h"

namespace csm {

/// The place of a step among the steps of a program: not that of a layer, since a step may do two.
using StepId = Id<struct StepKind>;

/// A layer, with the function that follows it if both can be done at once.
struct RowStep {
  LayerId layer;  ///< whose value the step gives
  LayerId inner;  ///< the layer of the operation: `layer` itself, or the one before the function
  std::vector<StepId> inputs;
  StepId last_use;  ///< the last step that reads the value; end_id for an output of the program
  layer::Operation operation;
  std::optional<layer::Pointwise> epilogue;
};

/// A layer program as steps.
struct RowSteps {
  IdVector<StepId, RowStep> steps;
  std::vector<StepId> outputs;  ///< steps that the program's outputs or its tail read

  const RowStep& operator[](StepId step) const { return steps[step]; }
};

RowSteps plan_steps(const LayerProgram& program);

/// The clean values of one image, in float32. @tparam Id of what they are values: steps or layers
template <class Id>
struct CleanRows {
  IdVector<Id, at::Tensor> rows;  ///< (height * width x channels) each
  std::vector<at::Tensor> outputs;
};

/// The windows of every step, in each step one patch after the other.
using StepWindows = IdVector<StepId, std::vector<PatchRows>>;

/// The values of every step.
using StepValues = IdVector<StepId, LayerBatch>;

/// The windows of every step for each patch.
StepWindows windows_of_steps(const LayerProgram& program, const RowSteps& plan,
                             std::span<const PatchRect> patches);

/// One window a step: the whole map.
StepWindows whole_windows(const LayerProgram& program, const RowSteps& plan);

/// (1 x C x H x W), or (1 x C), as rows of pixels: a view, (H * W x C).
at::Tensor pixels_of(const at::Tensor& values);

/// A copy of pixels_of, (padded_rows(H * W) x C).
at::Tensor pixel_rows(const at::Tensor& values);

/// The rows of an image under the windows. @pre image has shape (1 x C x H x W)
at::Tensor rows_under(const at::Tensor& image, std::span<const PatchRows> windows);

/// What computes one step. @pre inputs hold rows; of `output` everything but the rows is set
using RunStep = std::function<at::Tensor(StepId step, std::span<const LayerBatch* const> inputs,
                                         LayerBatch& output, bool may_overwrite)>;

/// Whose values outlive their last reader.
enum class Keep : unsigned char { outputs, everything };

/// Runs the steps one after the other. Windows without a pixel cost nothing; `may_overwrite`:
/// nobody else reads the rows of the first input.
StepValues run_steps(const LayerProgram& program, const RowSteps& plan, StepWindows windows,
                     at::Tensor input_rows, Keep keep, const RunStep& run_step);

/// The network's outputs, one row per patch.
/// @param map_of the maps of a step for all patches: (n_patches x C x H x W), or (n_patches x C) if
/// is_vector
std::vector<at::Tensor> outputs_of_steps(
    const LayerProgram& program, const RowSteps& plan,
    const std::function<at::Tensor(StepId step, bool is_vector)>& map_of);

/// The same from rows on the CPU. @pre the values of the output steps have their clean maps, or
/// whole windows
std::vector<at::Tensor> outputs_of_steps(const LayerProgram& program, const RowSteps& plan,
                                         const StepValues& values);

}  // namespace csm
