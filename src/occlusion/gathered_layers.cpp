#include <ATen/ATen.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "gathered_program.h"

namespace csm {
namespace {

constexpr std::int64_t gathered_at_once = 64 << 20;  // numbers: 256 MB

/// The places that a kernel reads for each row of the output, (n_rows x kernel height x 1) and
/// (n_rows x 1 x kernel width).
struct Taps {
  at::Tensor patch, y, x;
};

at::Tensor along(const at::Tensor& at, std::int64_t kernel, std::int64_t stride,
                 std::int64_t padding, std::int64_t dilation) {
  return (at * stride - padding).unsqueeze(1) + at::arange(kernel, at.options()) * dilation;
}

Taps taps_of(const RowPixels& pixels, Extent kernel, Extent stride, Extent padding,
             Extent dilation) {
  return {.patch = pixels.patch.view({-1, 1, 1}),
          .y = along(pixels.y, kernel.y, stride.y, padding.y, dilation.y).unsqueeze(2),
          .x = along(pixels.x, kernel.x, stride.x, padding.x, dilation.x).unsqueeze(1)};
}

/// (n_rows x kernel height x kernel width x channels)
at::Tensor gather(const PixelSource& input, const Taps& taps) {
  return input.gather(taps.patch, taps.y, taps.x);
}

/// Calls work(pixels) -> rows for so many rows at once as may be gathered. @param row_values
/// numbers gathered for a row
template <class Work>
at::Tensor in_parts(const RowPixels& pixels, std::int64_t row_values, Work&& work) {
  const std::int64_t n_rows = pixels.patch.size(0);
  const std::int64_t at_once = std::max<std::int64_t>(1, gathered_at_once / row_values);
  std::vector<at::Tensor> parts;
  for (std::int64_t begin = 0; begin < n_rows; begin += at_once) {
    const auto part = [&](const at::Tensor& all) {
      return all.narrow(0, begin, std::min(at_once, n_rows - begin));
    };
    parts.push_back(work(RowPixels{part(pixels.patch), part(pixels.y), part(pixels.x)}));
  }
  return parts.size() == 1 ? parts.front() : at::cat(parts);
}

/// The number of places that an average counts along one axis, as LibTorch does: beyond the padding
/// none count.
at::Tensor counted(const at::Tensor& output, std::int64_t kernel, std::int64_t stride,
                   std::int64_t padding, std::int64_t size, bool count_include_pad) {
  const at::Tensor begin = output * stride - padding;
  const at::Tensor end = (begin + kernel).clamp_max(size + padding);
  return count_include_pad ? end - begin : end.clamp_max(size) - begin.clamp_min(0);
}

/// Gathered values (n_rows x taps x groups x channels of a group) times the weights of
/// weights_of_rows, plus the bias.
at::Tensor product(const at::Tensor& values, const at::Tensor& weights, const at::Tensor& bias) {
  const std::int64_t n = values.size(0);
  const std::int64_t n_groups = values.size(2);
  if (n_groups == 1) return at::addmm(bias, values.view({n, -1}), weights[0]);
  // Depthwise: products of (1 x taps) and (taps x 1), one a channel, would leave the device idle.
  if (values.size(3) == 1 && weights.size(2) == 1)
    return (values.squeeze(3) * weights.squeeze(2).transpose(0, 1)).sum(1) + bias;
  const at::Tensor products =
      at::bmm(values.permute({2, 0, 1, 3}).reshape({n_groups, n, -1}), weights);
  return products.transpose(0, 1).reshape({n, -1}) + bias;
}

/// Runs a layer that is not a convolution.
struct Apply {
  std::span<const GatheredLayer> inputs;
  const WindowTable& output;

  const GatheredLayer& first() const { return inputs.front(); }

  at::Tensor at_output(const GatheredLayer& input, const RowPixels& pixels) const {
    const bool is_gate = input.shape.height == 1 && input.shape.width == 1;
    const at::Tensor corner = at::zeros({1}, pixels.y.options());
    return PixelSource(input, 0).gather(pixels.patch, is_gate ? corner : pixels.y,
                                        is_gate ? corner : pixels.x);
  }

  at::Tensor operator()(const layer::MaxPool& pool) const {
    const PixelSource source(first(), -std::numeric_limits<double>::infinity());
    return in_parts(pixels_of_rows(output), pool.kernel.y * pool.kernel.x * first().shape.channels,
                    [&](const RowPixels& pixels) {
                      const Taps taps =
                          taps_of(pixels, pool.kernel, pool.stride, pool.padding, pool.dilation);
                      return gather(source, taps).amax({1, 2});
                    });
  }

  at::Tensor operator()(const layer::AveragePool& pool) const {
    const PixelSource source(first(), 0);
    return in_parts(
        pixels_of_rows(output), pool.kernel.y * pool.kernel.x * first().shape.channels,
        [&](const RowPixels& pixels) {
          const Taps taps = taps_of(pixels, pool.kernel, pool.stride, pool.padding, {1, 1});
          const auto n_along = [&](const at::Tensor& at, std::int64_t Extent::*axis,
                                   std::int64_t size) {
            return counted(at, pool.kernel.*axis, pool.stride.*axis, pool.padding.*axis, size,
                           pool.count_include_pad);
          };
          const at::Tensor n = n_along(pixels.y, &Extent::y, first().shape.height) *
                               n_along(pixels.x, &Extent::x, first().shape.width);
          return gather(source, taps).sum({1, 2}) / n.unsqueeze(1);
        });
  }

  // In double, as the clean sum loses what the changed pixels had.
  at::Tensor operator()(const layer::GlobalAverage&) const {
    const GatheredLayer& input = first();
    const RowPixels changed = pixels_of_rows(input.windows);
    const at::Tensor was = input.clean.index_select(0, changed.y * input.shape.width + changed.x);
    const at::Tensor sums =
        input.clean.sum(0, true, at::kDouble).repeat({input.windows.y.size(0), 1});
    sums.index_add_(0, changed.patch, input.rows.to(at::kDouble) - was.to(at::kDouble));
    return (sums.index_select(0, pixels_of_rows(output).patch) / input.clean.size(0))
        .to(at::kFloat);
  }

  at::Tensor operator()(const layer::Flatten&) const {
    return gather_maps(first(), pixels_of_rows(output).patch).transpose(1, 2).flatten(1);
  }

  at::Tensor operator()(const layer::Binary& binary) const {
    const RowPixels pixels = pixels_of_rows(output);
    return apply_layer(binary, {at_output(inputs[0], pixels), at_output(inputs[1], pixels)});
  }

  at::Tensor operator()(const layer::Concatenate&) const {
    const RowPixels pixels = pixels_of_rows(output);
    std::vector<at::Tensor> parts;
    for (const GatheredLayer& input : inputs) parts.push_back(at_output(input, pixels));
    return at::cat(parts, 1);
  }

  at::Tensor operator()(const layer::Pad& pad) const {
    const RowPixels pixels = pixels_of_rows(output);
    const at::Tensor rows = PixelSource(first(), pad.value)
                                .gather(pixels.patch, pixels.y - pad.top, pixels.x - pad.left);
    return at::constant_pad_nd(rows, {pad.channels_before, pad.channels_behind}, pad.value);
  }

  /// The others work on each pixel alone.
  template <class Operation>
  at::Tensor operator()(const Operation& operation) const {
    return apply_layer(operation, {first().rows});
  }
};

}  // namespace

at::Tensor weights_of_rows(const layer::Convolution& convolution) {
  const at::Tensor& weight = convolution.weight;
  const at::Tensor by_group =
      weight.view({convolution.groups, -1, weight.size(1), weight.size(2), weight.size(3)});
  return by_group.permute({0, 3, 4, 2, 1}).flatten(1, 3).contiguous();
}

at::Tensor convolve(const layer::Convolution& convolution, const at::Tensor& weights,
                    const GatheredLayer& input, const WindowTable& output) {
  const Extent kernel{convolution.weight.size(2), convolution.weight.size(3)};
  const std::int64_t channels = input.shape.channels;
  const std::int64_t n_taps = kernel.y * kernel.x;
  const auto by_group = [&](const at::Tensor& values) {
    return values.view({-1, n_taps, convolution.groups, channels / convolution.groups});
  };
  if (n_taps == 1 && convolution.stride == Extent{1, 1} && convolution.padding == Extent{0, 0})
    return product(by_group(input.rows), weights, convolution.bias);

  const PixelSource source(input, 0);
  return in_parts(pixels_of_rows(output), n_taps * channels, [&](const RowPixels& pixels) {
    const Taps taps =
        taps_of(pixels, kernel, convolution.stride, convolution.padding, convolution.dilation);
    return product(by_group(gather(source, taps)), weights, convolution.bias);
  });
}

at::Tensor apply_to_rows(const layer::Operation& operation, std::span<const GatheredLayer> inputs,
                         const WindowTable& output) {
  return std::visit(Apply{inputs, output}, operation);
}

}  // namespace csm
