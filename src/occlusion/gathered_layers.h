#pragma once
#include <span>

#include "csm/model/layer_program.h"
#include "gathered_pixels.h"

namespace csm {

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
