#include <ATen/ATen.h>

#include <functional>
#include <numeric>

#include "csm/core/error.h"
#include "csm/model/layer_program.h"

namespace csm {
namespace {

using Tensors = std::vector<at::Tensor>;

std::array<std::int64_t, 2> both(Extent extent) { return {extent.y, extent.x}; }

/// Values per channel in the shape of the input: (1 x C) or (1 x C x 1 x 1).
at::Tensor along_channels(const at::Tensor& values, const at::Tensor& input) {
  return input.dim() == 4 ? values.reshape({1, -1, 1, 1}) : values.reshape({1, -1});
}

at::Tensor apply(const layer::Input&, const Tensors&) {
  fail_contract("the input is not a layer to apply", __FILE__, __LINE__);
}

at::Tensor apply(const layer::Convolution& layer, const Tensors& x) {
  return at::conv2d(x[0], layer.weight, layer.bias, both(layer.stride), both(layer.padding),
                    both(layer.dilation), layer.groups);
}

at::Tensor apply(const layer::Linear& layer, const Tensors& x) {
  return at::linear(x[0], layer.weight, layer.bias);
}

at::Tensor apply(const layer::ScaleShift& layer, const Tensors& x) {
  return x[0] * along_channels(layer.scale, x[0]) + along_channels(layer.shift, x[0]);
}

at::Tensor apply(const layer::Pointwise& layer, const Tensors& x) {
  using layer::Function;
  switch (layer.function) {
    case Function::relu:
      return at::relu(x[0]);
    case Function::clamp:
      return at::clamp(x[0], layer.first, layer.second);
    case Function::leaky_relu:
      return at::leaky_relu(x[0], layer.first);
    case Function::elu:
      return at::elu(x[0], layer.first);
    case Function::sigmoid:
      return at::sigmoid(x[0]);
    case Function::tanh:
      return at::tanh(x[0]);
    case Function::silu:
      return at::silu(x[0]);
    case Function::gelu:
      return at::gelu(x[0]);
    case Function::hard_sigmoid:
      return at::hardsigmoid(x[0]);
    case Function::hard_swish:
      return at::hardswish(x[0]);
  }
  fail_contract("unknown function", __FILE__, __LINE__);
}

at::Tensor apply(const layer::PRelu& layer, const Tensors& x) {
  return at::prelu(x[0], layer.slope);
}

at::Tensor apply(const layer::MaxPool& layer, const Tensors& x) {
  return at::max_pool2d(x[0], both(layer.kernel), both(layer.stride), both(layer.padding),
                        both(layer.dilation), layer.ceil_mode);
}

at::Tensor apply(const layer::AveragePool& layer, const Tensors& x) {
  return at::avg_pool2d(x[0], both(layer.kernel), both(layer.stride), both(layer.padding),
                        layer.ceil_mode, layer.count_include_pad);
}

at::Tensor apply(const layer::GlobalAverage& layer, const Tensors& x) {
  return x[0].mean({2, 3}, layer.keeps_map);
}

at::Tensor apply(const layer::Binary& layer, const Tensors& x) {
  switch (layer.operation) {
    case layer::Operator::add:
      return x[0] + x[1];
    case layer::Operator::subtract:
      return x[0] - x[1];
    case layer::Operator::multiply:
      return x[0] * x[1];
    case layer::Operator::maximum:
      return at::maximum(x[0], x[1]);
  }
  fail_contract("unknown operator", __FILE__, __LINE__);
}

at::Tensor apply(const layer::Concatenate&, const Tensors& x) { return at::cat(x, 1); }

at::Tensor apply(const layer::SelectChannels& layer, const Tensors& x) {
  return x[0].index_select(
      1, at::tensor(layer.source, at::TensorOptions(at::kLong)).to(x[0].device()));
}

at::Tensor apply(const layer::Pad& layer, const Tensors& x) {
  return at::constant_pad_nd(x[0],
                             {layer.left, layer.right, layer.top, layer.bottom,
                              layer.channels_before, layer.channels_behind},
                             layer.value);
}

at::Tensor apply(const layer::Flatten&, const Tensors& x) { return x[0].flatten(1); }

at::Tensor apply(const layer::Softmax& layer, const Tensors& x) {
  return layer.is_log ? at::log_softmax(x[0], 1) : at::softmax(x[0], 1);
}

at::Tensor apply(const layer::Normalise& layer, const Tensors& x) {
  return x[0] / at::clamp_min(x[0].norm(2, {1}, true), layer.epsilon);
}

struct NameOf {
  const char* operator()(const layer::Input&) const { return "input"; }
  const char* operator()(const layer::Convolution&) const { return "convolution"; }
  const char* operator()(const layer::Linear&) const { return "linear"; }
  const char* operator()(const layer::ScaleShift&) const { return "scale and shift"; }
  const char* operator()(const layer::Pointwise&) const { return "pointwise"; }
  const char* operator()(const layer::PRelu&) const { return "prelu"; }
  const char* operator()(const layer::MaxPool&) const { return "max pool"; }
  const char* operator()(const layer::AveragePool&) const { return "average pool"; }
  const char* operator()(const layer::GlobalAverage&) const { return "global average"; }
  const char* operator()(const layer::Binary&) const { return "binary"; }
  const char* operator()(const layer::Concatenate&) const { return "concatenate"; }
  const char* operator()(const layer::SelectChannels&) const { return "select channels"; }
  const char* operator()(const layer::Pad&) const { return "pad"; }
  const char* operator()(const layer::Flatten&) const { return "flatten"; }
  const char* operator()(const layer::Softmax&) const { return "softmax"; }
  const char* operator()(const layer::Normalise&) const { return "normalise"; }
};

}  // namespace

std::string layer::name_of(const Operation& operation) { return std::visit(NameOf{}, operation); }

at::Tensor apply_layer(const layer::Operation& operation, const std::vector<at::Tensor>& inputs) {
  return std::visit([&](const auto& layer) { return apply(layer, inputs); }, operation);
}

std::vector<at::Tensor> inputs_of(const Layer& layer, const LayerValues& values) {
  std::vector<at::Tensor> inputs;
  for (const LayerId from : layer.inputs) inputs.push_back(values[from]);
  return inputs;
}

LayerValues run_layers(const LayerProgram& program, const at::Tensor& input) {
  LayerValues values;
  for (const Layer& layer : program.layers) {
    values.push_back(values.empty() ? input
                                    : apply_layer(layer.operation, inputs_of(layer, values)));
  }
  return values;
}

std::vector<at::Tensor> network_outputs(const LayerProgram& program, const LayerValues& values) {
  std::vector<at::Tensor> chosen;
  for (const LayerId layer : program.read_from_outside()) chosen.push_back(values[layer]);
  return program.tail ? program.tail->run(chosen) : chosen;
}

double multiply_adds(const LayerProgram& program, LayerId layer) {
  const Layer& described = program[layer];
  // A weight of a convolution is used once for each pixel of the output.
  const auto n_pixels =
      std::accumulate(described.shape.begin() + 1, described.shape.end(), 1.0, std::multiplies<>());
  if (const auto* convolution = std::get_if<layer::Convolution>(&described.operation))
    return static_cast<double>(convolution->weight.numel()) * n_pixels;
  const auto* linear = std::get_if<layer::Linear>(&described.operation);
  return linear == nullptr ? 0 : static_cast<double>(linear->weight.numel());
}

}  // namespace csm
