#include "csm/model/fill.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "csm/core/error.h"
#include "csm/core/random.h"

namespace csm {
namespace {

constexpr double darkest_mean = 30;
constexpr double brightest_mean = 225;
constexpr std::array<double, 3> mean_of_imagenet = {124, 116, 104};  // RGB, rounded

/// An RGB colour in the channel order of the contract, or back.
std::array<double, 3> in_order(const std::array<double, 3>& colour, ColourOrder order) {
  return order == ColourOrder::rgb ? colour
                                   : std::array<double, 3>{colour[2], colour[1], colour[0]};
}

bool is_mean_of_pictures(const std::array<double, 3>& mean) {
  return std::all_of(mean.begin(), mean.end(),
                     [](double value) { return value >= darkest_mean && value <= brightest_mean; });
}

/// (1 x 3 x H x W), as `like`, of a colour on 0..255 in the channel order of the contract.
at::Tensor picture_of(const std::array<double, 3>& colour, const InputContract& input,
                      const at::Tensor& like) {
  at::Tensor result = at::empty({1, 3, 1, 1}, at::kFloat);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    result.mutable_data_ptr<float>()[channel] =
        static_cast<float>((colour[channel] - input.mean[channel]) / input.std[channel]);
  }
  return result.expand_as(like).contiguous();
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
  const std::int64_t n_pixels = clean.size(2) * clean.size(3);
  SplitMix64 random(seed);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::int64_t pixel = 0; pixel < n_pixels; ++pixel) {
      out[channel * n_pixels + pixel] =
          static_cast<float>((255 * random.uniform() - input.mean[channel]) / input.std[channel]);
    }
  }
  return result;
}

}  // namespace

std::array<double, 3> fill_colour(const InputContract& input) {
  if (input.fill) return *input.fill;
  return is_mean_of_pictures(input.mean) ? input.mean : in_order(mean_of_imagenet, input.colour);
}

std::string fill_remark(const InputContract& input) {
  if (input.fill || is_mean_of_pictures(input.mean)) return "";
  return "The model's contract does not define the colour of --fill mean (its mean is not a colour "
         "of pictures, "
         "so "
         "the network normalises inside, or not at all): the patches are ImageNet's mean colour, "
         "7c7468. "
         "--fill-colour of csm export writes another one into the model, --fill "
         "RRGGBB takes it for one "
         "run.";
}

at::Tensor fill_image(const Fill& fill, const at::Tensor& clean, const InputContract& input,
                      int patch_size, std::uint64_t seed) {
  switch (fill.kind) {
    case FillKind::mean:
      return picture_of(fill_colour(input), input, clean);
    case FillKind::zero:
      return picture_of({0, 0, 0}, input, clean);
    case FillKind::colour: {
      const auto& [red, green, blue] = fill.colour;
      const std::array<double, 3> rgb = {static_cast<double>(red), static_cast<double>(green),
                                         static_cast<double>(blue)};
      return picture_of(in_order(rgb, input.colour), input, clean);
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
