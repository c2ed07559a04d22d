#pragma once
#include <ATen/core/Tensor.h>

#include <vector>

#include "csm/model/layer_program.h"
#include "layer_map.h"
#include "score_function.h"

namespace csm {

/// A network's layers, run so that gradients can be taken.
class DifferentiableProgram {
 public:
  /// Copies the weights: those that were read in inference mode cannot take part in a backward
  /// pass.
  explicit DifferentiableProgram(const LayerProgram& program);

  const LayerProgram& layers() const { return program_; }

  /// The network's outputs. Rectifiers are relu, relu6 (and any other clamp), leaky relu, elu,
  /// silu, gelu, hard swish and prelu. @pre input has shape (B x 3 x H x W)
  std::vector<at::Tensor> outputs(const at::Tensor& input,
                                  Rectifiers rectifiers = Rectifiers::as_they_are) const;

  /// The value of a layer, without gradients.
  at::Tensor value(const at::Tensor& input, LayerId layer) const;

  /// The value of a layer and the gradient of the score by it, for one image.
  /// Errors: InputError if the score cannot be differentiated by the layer.
  LayerGradient gradient_at(const at::Tensor& input, LayerId layer, const OutputScore& score) const;

  /// Bytes that a forward and backward pass of one image keep: values, gradients and as much again
  /// for what operators save; what lies in the tail is not known and counts as much as the layers.
  double bytes_per_image() const;

 private:
  LayerProgram program_;
};

}  // namespace csm
