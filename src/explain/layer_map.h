#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>

#include "csm/core/map_text.h"
#include "saliency_method.h"

namespace csm {

/// The value of a layer for one image and the gradient of the score by it: both (1 x C x h x w),
/// float32.
struct LayerGradient {
  at::Tensor value;
  at::Tensor gradient;
};

/// max(0, sum over channels of weight * value): (h x w). weights has shape (C), value (1 x C x h x
/// w).
at::Tensor weighted_sum(const at::Tensor& weights, const at::Tensor& value);

/// The same numbers in float64 on the CPU.
at::Tensor in_double(const at::Tensor& tensor);

/// A map (h x w) enlarged bilinearly to H x W; the corners of the outer pixels stay in place (pixel
/// (x, y) covers [x, x+1)).
at::Tensor enlarged(const at::Tensor& map, std::int64_t height, std::int64_t width);

/// A map (h x w) of a layer on the network's input.
Grid<float> on_input(const at::Tensor& layer_map, const ExplainedImage& image);

/// What a class activation map shows. @param title of the method
MapText describe_layer_map(const std::string& title, const ConfidenceText& confidence);

}  // namespace csm
