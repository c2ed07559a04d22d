#pragma once
#include <memory>
#include <span>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/changed_window.h"
#include "layer_rows.h"
#include "row_convolution.h"
#include "row_matrix.h"
#include "row_steps.h"

namespace csm {

/// A layer program prepared for rows: weights in the order that the products like, functions fused
/// into the layer before them.
class RowProgram {
 public:
  /// @pre program lives longer than this
  explicit RowProgram(const LayerProgram& program);

  /// The clean values of each step. @pre image has shape (1 x 3 x H x W)
  CleanRows<StepId> run_clean(const at::Tensor& image) const;

  /// Returns the network's outputs, one row per patch, with the pixels under each patch taken from
  /// `fill`.
  /// @pre fill has shape (1 x 3 x H x W); patches lie on the input
  std::vector<at::Tensor> run_patches(const CleanRows<StepId>& clean, const at::Tensor& fill,
                                      std::span<const PatchRect> patches) const;

 private:
  /// The prepared weights of a step, if it has any.
  struct Prepared {
    std::unique_ptr<RowConvolution> convolution;
    std::unique_ptr<RowProduct> product;
  };

  StepValues run(StepWindows windows, at::Tensor input_rows,
                 const IdVector<StepId, at::Tensor>* clean) const;
  at::Tensor run_step(StepId step, std::span<const LayerBatch* const> inputs,
                      const LayerBatch& output, bool may_overwrite) const;

  const LayerProgram& program_;
  RowSteps plan_;
  IdVector<StepId, Prepared> prepared_;
};

}  // namespace csm
