#pragma once
#include <ATen/core/Tensor.h>

#include <cstdint>
#include <span>
#include <vector>

#include "csm/model/device.h"
#include "layer_rows.h"
#include "row_steps.h"

namespace csm {

/// The windows of one step for a batch of patches, on the device: one entry a patch.
struct WindowTable {
  at::Tensor y, x;           ///< (n_patches) where the window begins
  at::Tensor height, width;  ///< (n_patches)
  at::Tensor first_row;      ///< (n_patches)
  std::int64_t n_rows = 0;   ///< of all windows
};

/// The tables of all steps, in one transfer.
IdVector<StepId, WindowTable> window_tables(const StepWindows& windows, ComputeDevice device);

/// The pixels of the rows of a step: whose patch, and where on the map. (n_rows) each
struct RowPixels {
  at::Tensor patch, y, x;
};
RowPixels pixels_of_rows(const WindowTable& table);

/// The values of one layer for a batch of patches, on the device.
struct GatheredLayer {
  MapShape shape;
  const at::Tensor& clean;     ///< (height * width x channels)
  const at::Tensor& rows;      ///< (n_rows x channels)
  const WindowTable& windows;  ///< of the rows
};

/// Gives the channels at places of the patches' maps: a changed pixel from its row, any other from
/// the clean map.
class PixelSource {
 public:
  /// @param outside the value of places that are not on the map
  PixelSource(const GatheredLayer& layer, double outside);

  /// @param patch, y, x whole numbers of one shape, or of shapes that broadcast to one, S
  /// @return (S x channels)
  at::Tensor gather(const at::Tensor& patch, const at::Tensor& y, const at::Tensor& x) const;

 private:
  GatheredLayer layer_;
  at::Tensor values_;  ///< the rows, the clean map and the value outside, concatenated
};

/// The whole map of each of the patches, (n x height * width x channels). @pre patches has shape
/// (n)
at::Tensor gather_maps(const GatheredLayer& layer, const at::Tensor& patches);

}  // namespace csm
