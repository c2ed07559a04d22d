#include "wire_input.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace csm {
namespace {

bool fits(std::int64_t side, std::int64_t wanted) { return side == -1 || side == wanted; }

/// (1 x 3 x 1 x 1) of a triple of the contract.
at::Tensor per_channel(const std::array<double, 3>& triple) {
  return at::tensor({triple[0], triple[1], triple[2]}, at::kFloat).reshape({1, 3, 1, 1});
}

}  // namespace

WireInput::WireInput(const TensorPort& port, const InputContract& contract) : contract_(contract) {
  const std::string has = "the input '" + quote_outside(port.name) + "' of shape " +
                          shape_text(port.shape) + " and datatype " + quote_outside(port.datatype);
  if (port.datatype != "UINT8" && port.datatype != "FP32")
    throw MessageFault("names " + has + "; sent are UINT8 (pixels) and FP32 (normalised)");
  is_pixels_ = port.datatype == "UINT8";

  const std::vector<std::int64_t>& shape = port.shape;
  const std::int64_t height = contract.height;
  const std::int64_t width = contract.width;
  const bool is_image = shape.size() == 4 && (shape[0] == -1 || shape[0] > 0);
  const auto is_colours = [](std::int64_t side) { return side == 3 || side == 1; };
  is_channels_last_ =
      is_image && fits(shape[1], height) && fits(shape[2], width) && is_colours(shape[3]);
  const bool is_channels_first = is_image && (is_colours(shape[1]) || shape[1] == -1) &&
                                 fits(shape[2], height) && fits(shape[3], width);
  if (!is_channels_last_ && !is_channels_first) {
    throw MessageFault("names " + has + ", the contract's input is " + std::to_string(height) +
                       " x " + std::to_string(width) + " px (height x width), which needs (N, " +
                       std::to_string(height) + ", " + std::to_string(width) + ", 3) or (N, 3, " +
                       std::to_string(height) + ", " + std::to_string(width) + ")");
  }
  is_grey_ = shape[is_channels_last_ ? 3 : 1] == 1;
  if (shape[0] > 0) largest_batch_ = shape[0];
}

std::vector<std::int64_t> WireInput::shape_of(std::int64_t n_images) const {
  const std::int64_t n_channels = is_grey_ ? 1 : 3;
  if (is_channels_last_) return {n_images, contract_.height, contract_.width, n_channels};
  return {n_images, n_channels, contract_.height, contract_.width};
}

at::Tensor WireInput::pack_pixels(const at::Tensor& batch) const {
  // One pass instead of one an operation: beside a fast network the others would be felt.
  const at::Tensor rows = batch.permute({0, 2, 3, 1}).contiguous();
  at::Tensor pixels = at::empty(rows.sizes(), at::kByte);
  const float* in = rows.const_data_ptr<float>();
  auto* out = pixels.mutable_data_ptr<std::uint8_t>();
  std::array<float, 3> std{};
  std::array<float, 3> mean{};
  for (std::size_t c = 0; c < 3; ++c) {
    std[c] = static_cast<float>(contract_.std[c]);
    mean[c] = static_cast<float>(contract_.mean[c]);
  }
  const std::int64_t n_pixels = rows.numel() / 3;
  for (std::int64_t i = 0; i < n_pixels; ++i) {
    for (std::size_t c = 0; c < 3; ++c) {
      const float value = in[3 * i + static_cast<std::int64_t>(c)] * std[c] + mean[c];
      const float pixel = std::min(std::max(value, 0.0F), 255.0F);
      // Exact for numbers from 0 to 255, and one instruction for many at once.
      // NOLINTNEXTLINE(bugprone-incorrect-roundings)
      out[3 * i + static_cast<std::int64_t>(c)] = static_cast<std::uint8_t>(pixel + 0.5F);
    }
  }
  return pixels;
}

at::Tensor WireInput::pack(const at::Tensor& batch) const {
  if (is_pixels_ && is_channels_last_ && !is_grey_) return pack_pixels(batch.to(at::kCPU));
  at::Tensor values = batch.to(at::kCPU);
  if (is_pixels_) values = values * per_channel(contract_.std) + per_channel(contract_.mean);
  if (is_grey_) {
    const bool is_rgb = contract_.colour == ColourOrder::rgb;
    const std::array<double, 3> luma = {is_rgb ? .299 : .114, .587, is_rgb ? .114 : .299};
    values = (values * per_channel(luma)).sum(1, /*keepdim=*/true);
  }
  if (is_pixels_) values = values.round().clamp_(0, 255).to(at::kByte);
  if (is_channels_last_) values = values.permute({0, 2, 3, 1});
  return values.contiguous();
}

}  // namespace csm
