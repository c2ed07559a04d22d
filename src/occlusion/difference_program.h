#pragma once
#include <memory>
#include <span>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/occlusion_options.h"
#include "difference_layers.h"
#include "row_convolution.h"
#include "row_matrix.h"
#include "row_steps.h"

namespace csm {

/// A layer program that carries by how much a patch changes each value instead of the value. A drop
/// is a small difference of two large numbers, so numbers of few digits ruin it if they hold
/// values; if they hold differences they do not: through a linear layer d -> W d, without bias and
/// without the clean values around, through any other d -> f(c + d) - f(c) with the clean c in
/// float32. The outputs, and what the tail starts from, are c + d in float32.
class DifferenceProgram {
 public:
  /// @param kept the precision of the products' factors and of the differences between layers
  /// @pre program lives longer than this
  DifferenceProgram(const LayerProgram& program, Precision kept);

  /// The clean values of each layer. @pre image has shape (1 x 3 x H x W)
  CleanRows<LayerId> run_clean(const at::Tensor& image) const;

  /// Returns the network's outputs, one row per patch, with the pixels under each patch taken from
  /// `fill`.
  /// @pre fill has shape (1 x 3 x H x W); patches lie on the input
  std::vector<at::Tensor> run_patches(const CleanRows<LayerId>& clean, const at::Tensor& fill,
                                      std::span<const PatchRect> patches) const;

 private:
  /// A step's weights, if it has any, and how its result is kept.
  struct Prepared {
    std::unique_ptr<RowConvolution> convolution;
    std::unique_ptr<RowProduct> product;
    Precision kept = Precision::float32;
  };

  using CleanValues = IdVector<LayerId, at::Tensor>;

  at::Tensor run_step(StepId step, std::span<const LayerBatch* const> inputs,
                      const LayerBatch& output, const CleanValues& clean) const;
  at::Tensor run_operation_of(StepId step, std::span<const LayerBatch* const> inputs,
                              const LayerBatch& output, const CleanValues& clean,
                              Precision kept) const;

  const LayerProgram& program_;
  RowSteps plan_;
  IdVector<StepId, Prepared> prepared_;
};

}  // namespace csm
