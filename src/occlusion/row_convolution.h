#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "csm/model/layer_program.h"
#include "csm/occlusion/occlusion_options.h"
#include "layer_rows.h"

namespace csm {

/// A convolution of the changed rows of a batch.
class RowConvolution {
 public:
  virtual ~RowConvolution() = default;

  /// Returns the rows of the output, with the epilogue applied.
  /// @param output the windows of the output; its rows are not read
  virtual at::Tensor apply(const LayerBatch& input, const LayerBatch& output) const = 0;
};

/// Chooses by the shape of the kernel: a plain product for 1 x 1, sliding kernels for depthwise
/// ones, Winograd's algorithm for wide 3 x 3 ones in float32 (its transforms lose digits that
/// bfloat16 does not have), else the product of unfolded contexts.
/// @param epilogue a function that follows it directly
/// @param precision of the factors; the input's rows are float32 all the same
std::unique_ptr<RowConvolution> make_row_convolution(
    const layer::Convolution& convolution, const std::optional<layer::Pointwise>& epilogue,
    Precision precision);

/// The same for 3 x 3 kernels with stride 1 by Winograd's algorithm, see winograd_convolution.cpp.
std::unique_ptr<RowConvolution> make_winograd_convolution(
    const layer::Convolution& convolution, const std::optional<layer::Pointwise>& epilogue);
bool suits_winograd(const layer::Convolution& convolution);

/// The inputs under the kernel for a window of outputs; it may reach beyond the map.
Window context_of(const Window& output, Extent kernel, Extent stride, Extent padding,
                  Extent dilation);

}  // namespace csm
