#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "csm/model/contract.h"
#include "tensor_message.h"

namespace at {
class Tensor;
}

namespace csm {

/// How a batch of normalised inputs travels to a model: as the numbers that its metadata asks for.
/// UINT8: the pixels themselves, 0..255, in the contract's channel order, rounded; FP32: normalised
/// by the contract. A model of one channel is sent grey: .299 red + .587 green + .114 blue.
class WireInput {
 public:
  /// @param port the model's input: shape (N, H, W, C) or (N, C, H, W) with 3 channels or 1, -1
  /// where a side is free Errors: MessageFault if the contract's input does not fit it.
  WireInput(const TensorPort& port, const InputContract& contract);

  /// (B x H x W x C) or (B x C x H x W), uint8 or float32, contiguous, on the CPU.
  /// @pre batch has shape (B x 3 x H x W), float32, normalised
  at::Tensor pack(const at::Tensor& batch) const;

  /// The shape of a batch. @param n_images -1: any number
  std::vector<std::int64_t> shape_of(std::int64_t n_images) const;

  /// The most images in one request; 0: any number.
  std::int64_t largest_batch() const { return largest_batch_; }

 private:
  /// (B x H x W x 3), uint8
  at::Tensor pack_pixels(const at::Tensor& batch) const;

  InputContract contract_;
  bool is_pixels_ = false;
  bool is_channels_last_ = false;
  bool is_grey_ = false;
  std::int64_t largest_batch_ = 0;
};

}  // namespace csm
