#pragma once
#include <cstdint>

namespace csm {

/// Winograd's minimal filtering F(4 x 4, 3 x 3) (Lavin and Gray, "Fast Algorithms for Convolutional
/// Neural Networks", CVPR 2016, sec. 4.3): 4 x 4 outputs of a 3 x 3 kernel from 6 x 6 inputs with
/// 36 products instead of 144.
inline constexpr int winograd_outputs = 4;
inline constexpr int winograd_inputs = 6;
inline constexpr int winograd_products = winograd_inputs * winograd_inputs;

/// B^T d B of one tile, all channels. @pre n_channels >= 16
/// @param line distance of two lines of the context, in floats; a pixel is n_channels floats
/// @param plane distance of two of the 36 results, in floats
void transform_input_tile(const float* context, std::int64_t line, int n_channels, float* to,
                          std::int64_t plane);

/// A^T m A of one tile plus the bias, cut to height x width outputs, followed by max(0, .) if
/// `has_relu`.
/// @pre n_channels >= 16; products[i] is the i-th of the 36 results, n_channels floats
struct OutputTile {
  int height = winograd_outputs;
  int width = winograd_outputs;
  std::int64_t line = 0;  ///< distance of two lines of the output, in floats
  bool has_relu = false;
};
void transform_output_tile(const float* const* products, const float* bias, int n_channels,
                           const OutputTile& tile, float* to);

}  // namespace csm
