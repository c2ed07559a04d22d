#include "support/random_program.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <sstream>

namespace csm::test {
namespace {

/// Grows a program layer by layer; the last layer is the one that goes on.
class Builder {
 public:
  explicit Builder(SplitMix64& random) : random_(random) {
    const std::vector<std::int64_t> shape{3, number(14, 40), number(14, 40)};
    program_.layers.push_back({layer::Input{}, {}, shape, "input"});
    probes_.push_back(at::zeros({1, shape[0], shape[1], shape[2]}));
  }

  int number(int low, int high) { return random_int(random_, low, high); }
  bool coin() { return number(0, 1) == 1; }
  LayerId last() const { return LayerId(program_.layers.size() - 1); }
  const std::vector<std::int64_t>& shape(LayerId layer) const { return program_[layer].shape; }

  LayerId add(layer::Operation operation, std::vector<LayerId> inputs) {
    Layer layer{std::move(operation), std::move(inputs), {}, "layer"};
    const at::Tensor probe = apply_layer(layer.operation, inputs_of(layer, probes_));
    layer.shape.assign(probe.sizes().begin() + 1, probe.sizes().end());
    probes_.push_back(probe);
    return program_.layers.push_back(std::move(layer));
  }

  LayerId convolution(LayerId input, int n_outputs, Extent kernel, Extent stride, Extent padding,
                      Extent dilation, std::int64_t groups) {
    const std::int64_t n_inputs = shape(input)[0] / groups;
    const double scale = std::sqrt(3.0 / static_cast<double>(n_inputs * kernel.y * kernel.x));
    return add(
        layer::Convolution{
            .weight = random_tensor(random_, {n_outputs, n_inputs, kernel.y, kernel.x}) * scale,
            .bias = random_tensor(random_, {n_outputs}),
            .stride = stride,
            .padding = padding,
            .dilation = dilation,
            .groups = groups},
        {input});
  }

  void add_random();
  void add_convolution();
  void add_pool();
  void add_branch();
  void add_gate();
  void add_channels();
  void add_head();
  LayerProgram take() { return std::move(program_); }

 private:
  SplitMix64& random_;
  LayerProgram program_;
  LayerValues probes_;
};

void Builder::add_convolution() {
  static constexpr std::array<Extent, 6> kernels = {
      {{1, 1}, {3, 3}, {3, 3}, {5, 5}, {1, 7}, {3, 2}}};
  static constexpr std::array<int, 5> widths = {4, 16, 20, 32, 48};
  const Extent kernel = kernels[static_cast<std::size_t>(number(0, 5))];
  const std::int64_t channels = shape(last())[0];
  const bool is_depthwise = number(0, 3) == 0;
  const std::int64_t groups = is_depthwise                             ? channels
                              : channels % 2 == 0 && number(0, 4) == 0 ? 2
                                                                       : 1;
  const int n_outputs =
      is_depthwise ? static_cast<int>(channels) : widths[static_cast<std::size_t>(number(0, 4))];
  const Extent stride = number(0, 3) == 0 ? Extent{2, number(1, 2)} : Extent{1, 1};
  const Extent dilation = number(0, 5) == 0 ? Extent{2, 1} : Extent{1, 1};
  convolution(last(), n_outputs, kernel, stride,
              {number(0, static_cast<int>(kernel.y / 2)), kernel.x / 2}, dilation, groups);
}

void Builder::add_pool() {
  const Extent kernel{number(2, 3), number(2, 3)};
  const Extent stride{number(1, 2), 2};
  const Extent padding{number(0, 1), number(0, 1)};
  if (coin()) {
    add(layer::MaxPool{.kernel = kernel, .stride = stride, .padding = padding, .ceil_mode = coin()},
        {last()});
  } else {
    add(layer::AveragePool{.kernel = kernel,
                           .stride = stride,
                           .padding = padding,
                           .ceil_mode = coin(),
                           .count_include_pad = coin()},
        {last()});
  }
}

/// Another way from an earlier layer to the same size, joined again.
void Builder::add_branch() {
  const LayerId from = last();
  const auto channels = static_cast<int>(shape(from)[0]);
  const int side = number(0, 2);
  const LayerId other =
      side == 0 ? from : convolution(from, channels, {3, 3}, {1, 1}, {1, 1}, {1, 1}, 1);
  const LayerId main = convolution(from, channels, {1, 5}, {1, 1}, {0, 2}, {1, 1}, 1);
  if (coin()) {
    add(layer::Concatenate{}, {main, other});
  } else {
    add(layer::Binary{static_cast<layer::Operator>(number(0, 3))}, {main, other});
  }
}

/// Squeeze-excite.
void Builder::add_gate() {
  const LayerId from = last();
  const auto channels = static_cast<int>(shape(from)[0]);
  const LayerId mean = add(layer::GlobalAverage{}, {from});
  const LayerId mixed = convolution(mean, channels, {1, 1}, {1, 1}, {0, 0}, {1, 1}, 1);
  const LayerId gate = add(layer::Pointwise{layer::Function::sigmoid}, {mixed});
  add(layer::Binary{layer::Operator::multiply}, {from, gate});
}

void Builder::add_channels() {
  const std::int64_t channels = shape(last())[0];
  std::vector<std::int64_t> source(static_cast<std::size_t>(channels));
  std::iota(source.begin(), source.end(), 0);
  for (std::size_t i = source.size(); i-- > 1;)
    std::swap(source[i], source[static_cast<std::size_t>(number(0, static_cast<int>(i)))]);
  if (channels > 8 && coin()) source.resize(source.size() / 2);
  add(layer::SelectChannels{source}, {last()});
}

void Builder::add_random() {
  switch (number(0, 9)) {
    case 0:
      return add_pool();
    case 1:
      return add_branch();
    case 2:
      return number(0, 2) == 0 ? add_gate() : add_channels();
    case 3:
      add(layer::Pad{.top = number(0, 1),
                     .bottom = number(0, 2),
                     .left = number(-1, 1),
                     .right = number(0, 1),
                     .channels_behind = number(0, 4) == 0 ? 3 : 0,
                     .value = coin() ? 0.0 : 0.5},
          {last()});
      return;
    case 4:
      add(layer::Pointwise{static_cast<layer::Function>(number(0, 9)), -0.25, 0.75}, {last()});
      return;
    case 5:
      if (coin()) {
        add(layer::PRelu{random_tensor(random_, {shape(last())[0]})}, {last()});
      } else {
        add(layer::ScaleShift{random_tensor(random_, {shape(last())[0]}),
                              random_tensor(random_, {shape(last())[0]})},
            {last()});
      }
      return;
    default:
      add_convolution();
      if (coin()) add(layer::Pointwise{layer::Function::relu}, {last()});
  }
}

void Builder::add_head() {
  if (coin()) {
    add(layer::GlobalAverage{.keeps_map = false}, {last()});
  } else {
    add(layer::Flatten{}, {last()});
  }
  const std::int64_t size = shape(last())[0];
  add(layer::Linear{random_tensor(random_, {5, size}) * std::sqrt(3.0 / static_cast<double>(size)),
                    random_tensor(random_, {5})},
      {last()});
  if (number(0, 3) == 0) add(layer::Softmax{.is_log = coin()}, {last()});
  if (number(0, 3) == 0) add(layer::Normalise{}, {last()});
  program_.outputs = {last()};
}

}  // namespace

LayerProgram random_program(SplitMix64& random) {
  Builder builder(random);
  const int n_layers = builder.number(5, 12);
  for (int i = 0; i < n_layers; ++i) {
    // Kernels need room.
    if (builder.shape(builder.last())[1] < 10 || builder.shape(builder.last())[2] < 10) break;
    builder.add_random();
  }
  builder.add_head();
  return builder.take();
}

std::string describe(const LayerProgram& program) {
  std::ostringstream text;
  for (const LayerId id : program.layers.ids()) {
    const Layer& layer = program[id];
    text << id.value() << " " << layer::name_of(layer.operation) << " from";
    for (const LayerId input : layer.inputs) text << " " << input.value();
    text << " to";
    for (const std::int64_t side : layer.shape) text << " " << side;
    if (const auto* convolution = std::get_if<layer::Convolution>(&layer.operation)) {
      text << " kernel " << convolution->weight.size(2) << " x " << convolution->weight.size(3)
           << " stride " << convolution->stride.y << " " << convolution->stride.x << " groups "
           << convolution->groups;
    }
    text << "\n";
  }
  return text.str();
}

at::Tensor random_tensor(SplitMix64& random, std::vector<std::int64_t> shape) {
  at::Tensor tensor = at::empty(shape);
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    tensor.mutable_data_ptr<float>()[i] = static_cast<float>(2 * random.uniform() - 1);
  return tensor;
}

int random_int(SplitMix64& random, int low, int high) {
  return low + static_cast<int>(random.uniform() * (high - low + 1));
}

}  // namespace csm::test
