#pragma once
#include <span>
#include <vector>

#include "csm/model/device.h"
#include "csm/model/layer_program.h"
#include "gathered_pixels.h"
#include "row_steps.h"

namespace csm {

/// A layer program for rows in LibTorch's own operators, so on any device: what a window of a layer
/// reads is gathered by index_select from the changed rows and the clean map, and convolutions are
/// products of the gathered rows. Row for row the same work as RowProgram, whose kernels know CPUs
/// only.
class GatheredProgram {
 public:
  /// @pre program lives longer than this; its weights are on the device
  GatheredProgram(const LayerProgram& program, ComputeDevice device);

  /// The clean values of each step, on the device. @pre image has shape (1 x 3 x H x W) and is on
  /// the CPU
  CleanRows<StepId> run_clean(const at::Tensor& image) const;

  /// Returns the network's outputs, one row per patch, with the pixels under each patch taken from
  /// `fill`.
  /// @pre fill has shape (1 x 3 x H x W) and is on the CPU; patches lie on the input
  std::vector<at::Tensor> run_patches(const CleanRows<StepId>& clean, const at::Tensor& fill,
                                      std::span<const PatchRect> patches) const;

 private:
  const LayerProgram& program_;
  RowSteps plan_;
  IdVector<StepId, at::Tensor>
      weights_;  ///< of a convolution (groups x taps * channels x outputs), else undefined
  ComputeDevice device_;
};

/// The weights of a convolution as the factor of gathered rows, (groups x taps * channels x
/// outputs), each of a group.
at::Tensor weights_of_rows(const layer::Convolution& convolution);

/// The rows of a convolution's output. @param weights of weights_of_rows
at::Tensor convolve(const layer::Convolution& convolution, const at::Tensor& weights,
                    const GatheredLayer& input, const WindowTable& output);

/// The rows of the output of any layer but convolutions.
at::Tensor apply_to_rows(const layer::Operation& operation, std::span<const GatheredLayer> inputs,
                         const WindowTable& output);

}  // namespace csm
