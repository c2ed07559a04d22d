#include "row_convolution.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "csm/core/error.h"
#include "layer_rows.h"
#include "row_matrix.h"
#include "sliding_kernels.h"

namespace csm {
namespace {

constexpr std::int64_t most_unfolded_rows =
    512;  // in one product, so that the unfolded contexts stay in the cache

Extent kernel_of(const layer::Convolution& convolution) {
  return {convolution.weight.size(2), convolution.weight.size(3)};
}

class PlainProduct : public RowConvolution {
 public:
  PlainProduct(const layer::Convolution& convolution,
               const std::optional<layer::Pointwise>& epilogue, Precision precision)
      : product_(convolution.weight.flatten(1), convolution.bias, epilogue, precision) {}

  at::Tensor apply(const LayerBatch& input, const LayerBatch& output) const override {
    CSM_EXPECT(n_rows(input.patches) == n_rows(output.patches));
    return product_.multiply(input.rows);
  }

 private:
  RowProduct product_;
};

class Depthwise : public RowConvolution {
 public:
  Depthwise(const layer::Convolution& convolution, const std::optional<layer::Pointwise>& epilogue,
            Precision precision)
      : convolution_(convolution),
        weight_(rounded(convolution.weight, precision).flatten(1).t().contiguous()),
        bias_(convolution.bias.contiguous()),
        epilogue_(epilogue) {}

  at::Tensor apply(const LayerBatch& input, const LayerBatch& output) const override {
    at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);
    float* out = rows.mutable_data_ptr<float>();
    const LayerRows from = input.view();
    for_each_changed_patch(output.patches, [&](std::size_t p) {
      const PatchRows& patch = output.patches[p];
      apply_to(from, p, patch.window, out + patch.first_row * output.shape.channels);
    });
    return epilogue_ ? apply_in_place(*epilogue_, std::move(rows)) : rows;
  }

 private:
  void apply_to(const LayerRows& input, std::size_t patch, const Window& window, float* out) const {
    const Window context = context_of(window, kernel_of(convolution_), convolution_.stride,
                                      convolution_.padding, convolution_.dilation);
    float* memory = context_memory(context.n_pixels() * input.shape.channels);
    copy_context(input, patch, context, 0, memory);
    const SlidingKernel kernel{.channels = input.shape.channels,
                               .context_width = context.x.length(),
                               .height = window.y.length(),
                               .width = window.x.length(),
                               .stride = convolution_.stride,
                               .taps = kernel_taps(kernel_of(convolution_), convolution_.dilation,
                                                   input.shape.channels, context.x.length())};
    slide_depthwise(kernel, memory, weight_.const_data_ptr<float>(), bias_.const_data_ptr<float>(),
                    out);
  }

  layer::Convolution convolution_;
  at::Tensor weight_;  ///< (n_taps x channels)
  at::Tensor bias_;
  std::optional<layer::Pointwise> epilogue_;
};

/// Any other convolution: the inputs under the kernel of each output pixel become one row, a
/// product does the rest.
class Unfolded : public RowConvolution {
 public:
  Unfolded(const layer::Convolution& convolution, const std::optional<layer::Pointwise>& epilogue,
           Precision precision)
      : convolution_(convolution) {
    const std::int64_t n_outputs = convolution.weight.size(0) / convolution.groups;
    for (std::int64_t group = 0; group < convolution.groups; ++group) {
      const at::Tensor weight = convolution.weight.narrow(0, group * n_outputs, n_outputs);
      products_.emplace_back(weight.permute({0, 2, 3, 1}).reshape({n_outputs, -1}),
                             convolution.bias.narrow(0, group * n_outputs, n_outputs), epilogue,
                             precision);
    }
  }

  at::Tensor apply(const LayerBatch& input, const LayerBatch& output) const override;

 private:
  at::Tensor unfold(const LayerRows& input, std::span<const PatchRows> patches, std::size_t first,
                    std::int64_t group) const;
  void unfold_patch(const LayerRows& input, std::size_t patch, const Window& window,
                    std::int64_t group, float* to) const;

  layer::Convolution convolution_;
  std::vector<RowProduct> products_;  ///< one per group
};

void Unfolded::unfold_patch(const LayerRows& input, std::size_t patch, const Window& window,
                            std::int64_t group, float* to) const {
  const Extent kernel = kernel_of(convolution_);
  const Window context =
      context_of(window, kernel, convolution_.stride, convolution_.padding, convolution_.dilation);
  const std::int64_t channels = input.shape.channels;
  const std::int64_t taken = channels / convolution_.groups;
  float* memory = context_memory(context.n_pixels() * channels);
  copy_context(input, patch, context, 0, memory);

  // Values that are consecutive in the context are copied at once: a line of the kernel if
  // possible.
  const bool is_run = convolution_.groups == 1 && convolution_.dilation.x == 1;
  const std::int64_t n_runs = is_run ? 1 : kernel.x;
  const std::int64_t n_copied = is_run ? kernel.x * channels : taken;
  for (int y = 0; y < window.y.length(); ++y) {
    for (int x = 0; x < window.x.length(); ++x) {
      for (std::int64_t ky = 0; ky < kernel.y; ++ky) {
        const float* line = memory + (y * convolution_.stride.y + ky * convolution_.dilation.y) *
                                         context.x.length() * channels;
        for (std::int64_t run = 0; run < n_runs; ++run) {
          std::memcpy(to,
                      line +
                          (x * convolution_.stride.x + run * convolution_.dilation.x) * channels +
                          group * taken,
                      sizeof(float) * n_copied);
          to += n_copied;
        }
      }
    }
  }
}

at::Tensor Unfolded::unfold(const LayerRows& input, std::span<const PatchRows> patches,
                            std::size_t first, std::int64_t group) const {
  const std::int64_t row_size = convolution_.weight.numel() / convolution_.weight.size(0);
  const std::int64_t offset = patches.front().first_row;
  at::Tensor unfolded = make_rows(n_rows(patches) - offset, row_size);
  float* out = unfolded.mutable_data_ptr<float>();
  for_each_changed_patch(patches, [&](std::size_t p) {
    const PatchRows& patch = patches[p];
    unfold_patch(input, first + p, patch.window, group,
                 out + (patch.first_row - offset) * row_size);
  });
  return unfolded;
}

at::Tensor Unfolded::apply(const LayerBatch& input, const LayerBatch& output) const {
  const LayerRows from = input.view();
  at::Tensor rows = make_rows(n_rows(output.patches), output.shape.channels);

  // As many patches at once as unfold into a part that stays in the cache.
  for (std::size_t first = 0; first < output.patches.size();) {
    std::size_t last = first + 1;
    while (last < output.patches.size() && output.patches[last].first_row +
                                                   output.patches[last].window.n_pixels() -
                                                   output.patches[first].first_row <=
                                               most_unfolded_rows) {
      ++last;
    }
    const std::span<const PatchRows> patches(output.patches.data() + first, last - first);
    const std::int64_t offset = patches.front().first_row;
    const std::int64_t n = n_rows(patches) - offset;

    // Each group has its own channels of input and output.
    for (std::int64_t group = 0; group < std::ssize(products_) && n > 0; ++group) {
      const at::Tensor result = products_[group].multiply(unfold(from, patches, first, group));
      const std::int64_t n_outputs = products_[group].n_outputs();
      rows.narrow(0, offset, n)
          .narrow(1, group * n_outputs, n_outputs)
          .copy_(result.narrow(0, 0, n));
    }
    first = last;
  }
  return rows;
}

}  // namespace

Window context_of(const Window& output, Extent kernel, Extent stride, Extent padding,
                  Extent dilation) {
  const auto along = [](Interval at, std::int64_t k, std::int64_t s, std::int64_t p,
                        std::int64_t d) {
    return Interval{static_cast<int>(at.begin * s - p),
                    static_cast<int>((at.end - 1) * s - p + d * (k - 1) + 1)};
  };
  return {along(output.y, kernel.y, stride.y, padding.y, dilation.y),
          along(output.x, kernel.x, stride.x, padding.x, dilation.x)};
}

std::unique_ptr<RowConvolution> make_row_convolution(
    const layer::Convolution& convolution, const std::optional<layer::Pointwise>& epilogue,
    Precision precision) {
  const bool is_pixelwise = kernel_of(convolution) == Extent{1, 1} &&
                            convolution.stride == Extent{1, 1} &&
                            convolution.padding == Extent{0, 0} && convolution.groups == 1;
  if (is_pixelwise) return std::make_unique<PlainProduct>(convolution, epilogue, precision);
  const std::int64_t n_outputs = convolution.weight.size(0);
  if (convolution.groups == n_outputs && convolution.weight.size(1) == 1)
    return std::make_unique<Depthwise>(convolution, epilogue, precision);
  if (precision == Precision::float32 && suits_winograd(convolution))
    return make_winograd_convolution(convolution, epilogue);
  return std::make_unique<Unfolded>(convolution, epilogue, precision);
}

}  // namespace csm
