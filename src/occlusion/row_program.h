#pragma once
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/changed_window.h"
#include "layer_rows.h"
#include "row_convolution.h"
#include "row_matrix.h"

namespace csm {

/// A layer program prepared for rows: weights in the order that the products like, functions fused into the layer
/// before them.
class RowProgram {
 public:
  /// @pre program lives longer than this
  explicit RowProgram(const LayerProgram& program);

  /// The clean values of one image.
  struct Clean {
    std::vector<at::Tensor> rows;  ///< of each step: (height * width x channels)
    std::vector<at::Tensor> outputs;
  };

  /// @pre image has shape (1 x 3 x H x W)
  Clean run_clean(const at::Tensor& image) const;

  /// Returns the network's outputs, one row per patch, with the pixels under each patch taken from `fill`.
  /// @pre fill has shape (1 x 3 x H x W); patches lie on the input
  std::vector<at::Tensor> run_patches(const Clean& clean, const at::Tensor& fill,
                                      std::span<const PatchRect> patches) const;

 private:
  struct Step {
    int layer = 0;            ///< whose value the step gives
    std::vector<int> inputs;  ///< steps
    int last_use = 0;         ///< the last step that reads the value; n_steps for an output of the program
    layer::Operation operation;
    std::optional<layer::Pointwise> epilogue;
    std::unique_ptr<RowConvolution> convolution;
    std::unique_ptr<RowProduct> product;
  };

  void add_step(std::size_t layer, const std::vector<int>& readers, std::vector<int>& step_of_layer);
  std::vector<LayerBatch> run(std::vector<std::vector<PatchRows>> windows, at::Tensor input_rows,
                              const std::vector<at::Tensor>* clean) const;
  at::Tensor run_step(const Step& step, std::span<const LayerBatch* const> inputs, const LayerBatch& output,
                      bool may_overwrite) const;
  std::vector<at::Tensor> outputs_of(const std::vector<LayerBatch>& values) const;

  const LayerProgram& program_;
  std::vector<Step> steps_;
  std::vector<int> output_steps_;
};

}  // namespace csm
