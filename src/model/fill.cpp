#include "csm/model/fill.h"

#include <ATen/ATen.h>

#include <array>

#include "csm/core/error.h"
#include "csm/core/random.h"

namespace csm {
namespace {

/// (1 x 3 x 1 x 1) normalised value of an RGB colour on 0..255.
at::Tensor normalised_colour(const std::array<double, 3>& rgb, const InputContract& input) {
  at::Tensor result = at::empty({1, 3, 1, 1}, at::kFloat);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const double value = rgb[input.colour == ColourOrder::rgb ? channel : 2 - channel];
    result.mutable_data_ptr<float>()[channel] = static_cast<float>((value - input.mean[channel]) / input.std[channel]);
  }
  return result;
}

at::Tensor blurred(const at::Tensor& clean, int patch_size) {
  const std::int64_t radius = patch_size;
  const std::int64_t side = 2 * radius + 1;
  at::Tensor result = clean;
  for (int pass = 0; pass < 3; ++pass) {
    result = at::avg_pool2d(result, {side, side}, {1, 1}, {radius, radius}, /*ceil_mode=*/false,
                            /*count_include_pad=*/false);
  }
  return result;
}

at::Tensor uniform_noise(const at::Tensor& clean, const InputContract& input, std::uint64_t seed) {
  at::Tensor result = at::empty_like(clean);
  float* out = result.mutable_data_ptr<float>();
  const auto n_pixels = static_cast<std::size_t>(clean.size(2) * clean.size(3));
  SplitMix64 random(seed);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::size_t pixel = 0; pixel < n_pixels; ++pixel) {
      out[channel * n_pixels + pixel] =
          static_cast<float>((255 * random.uniform() - input.mean[channel]) / input.std[channel]);
    }
  }
  return result;
}

}  // namespace

at::Tensor fill_picture(const Fill& fill, const at::Tensor& clean, const InputContract& input, int patch_size,
                        std::uint64_t seed) {
  switch (fill.kind) {
    case FillKind::mean:
      return at::zeros_like(clean);
    case FillKind::zero:
      return normalised_colour({0, 0, 0}, input).expand_as(clean).contiguous();
    case FillKind::colour: {
      const auto& [red, green, blue] = fill.colour;
      return normalised_colour({static_cast<double>(red), static_cast<double>(green), static_cast<double>(blue)}, input)
          .expand_as(clean)
          .contiguous();
    }
    case FillKind::blur:
      return blurred(clean, patch_size);
    case FillKind::noise:
      return uniform_noise(clean, input, seed);
  }
  CSM_EXPECT(false);
  return {};
}

}  // namespace csm
