#pragma once
#include "csm/model/layer_program.h"
#include "csm/occlusion/occlusion_options.h"
#include "layer_rows.h"

namespace csm {

/// Layers on differences: a row holds by how much a patch changes the channels of a pixel, as
/// float32 or bfloat16; what lies outside a window does not change. A tensor `clean` has the
/// float32 values of the clean image, shape (height * width x channels).

/// Differences as float32 rows on a clean map of zeros, for the layers that are linear.
LayerBatch widened(const LayerBatch& differences);

/// Differences as the float32 values that they lead to, c + d.
LayerBatch restored(const LayerBatch& differences, const at::Tensor& clean);

/// Values as differences from the clean ones, the other way round.
at::Tensor without_clean(const at::Tensor& values, const LayerBatch& output,
                         const at::Tensor& clean, Precision kept);

/// Rows rounded to the precision that is kept between layers.
at::Tensor kept_rows(const at::Tensor& rows, Precision kept);

/// f(c + d) - f(c) in one pass. @param clean in front of the function
at::Tensor change_rows(const layer::Pointwise& function, const at::Tensor& differences,
                       const LayerBatch& output, const at::Tensor& clean, Precision kept);
at::Tensor change_rows(const layer::PRelu& prelu, const at::Tensor& differences,
                       const LayerBatch& output, const at::Tensor& clean, Precision kept);

/// A layer's differences with its clean values.
struct ChangedLayer {
  const LayerBatch& differences;
  const at::Tensor& clean;
};

/// max(c + d) - max(c). @param clean_output max(c)
at::Tensor change_rows(const layer::MaxPool& pool, const ChangedLayer& input,
                       const LayerBatch& output, const at::Tensor& clean_output, Precision kept);

/// f(a + da, b + db) - f(a, b) of two maps, or of a map and one value per channel, in either order.
/// @pre the operator is multiply or maximum
at::Tensor change_rows(layer::Operator operation, const ChangedLayer& a, const ChangedLayer& b,
                       const LayerBatch& output, Precision kept);

}  // namespace csm
