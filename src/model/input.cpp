#include "csm/model/input.h"

#include <ATen/ATen.h>

#include "csm/core/error.h"

namespace csm {

at::Tensor normalise_input(const RgbImage& image, const InputContract& contract) {
  CSM_EXPECT(image.height == contract.height && image.width == contract.width);
  at::Tensor input = at::empty({1, 3, image.height, image.width}, at::kFloat);
  float* out = input.mutable_data_ptr<float>();
  const std::size_t n_pixels = n_pixels_of(image.height, image.width);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const std::size_t source = contract.colour == ColourOrder::rgb ? channel : 2 - channel;
    const auto mean = contract.mean[channel];
    const auto std = contract.std[channel];
    for (std::size_t pixel = 0; pixel < n_pixels; ++pixel) {
      out[channel * n_pixels + pixel] =
          static_cast<float>((image.values[pixel * 3 + source] - mean) / std);
    }
  }
  return input;
}

}  // namespace csm
