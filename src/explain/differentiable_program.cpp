#include "differentiable_program.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <functional>
#include <numeric>
#include <variant>

#include "csm/core/error.h"
#include "registry.h"

namespace csm {
namespace {

struct CopyWeights {
  static void copy(at::Tensor& weight) {
    if (weight.defined()) weight = weight.clone();
  }
  void operator()(layer::Convolution& layer) const {
    copy(layer.weight);
    copy(layer.bias);
  }
  void operator()(layer::Linear& layer) const {
    copy(layer.weight);
    copy(layer.bias);
  }
  void operator()(layer::ScaleShift& layer) const {
    copy(layer.scale);
    copy(layer.shift);
  }
  void operator()(layer::PRelu& layer) const { copy(layer.slope); }
  template <class Other>
  void operator()(Other&) const {}
};

bool is_rectifier(const layer::Operation& operation) {
  if (std::holds_alternative<layer::PRelu>(operation)) return true;
  const auto* pointwise = std::get_if<layer::Pointwise>(&operation);
  if (pointwise == nullptr) return false;
  switch (pointwise->function) {
    case layer::Function::relu:
    case layer::Function::clamp:
    case layer::Function::leaky_relu:
    case layer::Function::elu:
    case layer::Function::silu:
    case layer::Function::gelu:
    case layer::Function::hard_swish:
      return true;
    case layer::Function::sigmoid:
    case layer::Function::tanh:
    case layer::Function::hard_sigmoid:
      return false;
  }
  return false;
}

}  // namespace

DifferentiableProgram::DifferentiableProgram(const LayerProgram& program) : program_(program) {
  const c10::InferenceMode normal_tensors(false);
  for (Layer& layer : program_.layers) std::visit(CopyWeights{}, layer.operation);
}

at::Tensor DifferentiableProgram::apply(std::size_t layer,
                                        const std::vector<at::Tensor>& values) const {
  std::vector<at::Tensor> inputs;
  for (const int from : program_.layers[layer].inputs)
    inputs.push_back(values[static_cast<std::size_t>(from)]);
  return apply_layer(program_.layers[layer].operation, inputs);
}

std::vector<at::Tensor> DifferentiableProgram::outputs(const at::Tensor& input,
                                                       Rectifiers rectifiers) const {
  std::vector<at::Tensor> values{input};
  for (std::size_t i = 1; i < program_.layers.size(); ++i) {
    values.push_back(apply(i, values));
    const bool is_guided =
        rectifiers == Rectifiers::guided && is_rectifier(program_.layers[i].operation);
    if (is_guided && values[i].requires_grad())
      values[i].register_hook([](const at::Tensor& gradient) { return at::relu(gradient); });
  }
  return network_outputs(program_, values);
}

at::Tensor DifferentiableProgram::value(const at::Tensor& input, int layer) const {
  const c10::NoGradGuard no_gradients;
  std::vector<at::Tensor> values{input};
  for (std::size_t i = 1; i <= static_cast<std::size_t>(layer); ++i)
    values.push_back(apply(i, values));
  return values.back();
}

LayerGradient DifferentiableProgram::gradient_at(const at::Tensor& input, int layer,
                                                 const OutputScore& score) const {
  const c10::AutoGradMode with_gradients(true);
  // Nothing in front of the layer asks for gradients, so the layer's value is a leaf.
  std::vector<at::Tensor> values{input.detach()};
  at::Tensor leaf;
  for (std::size_t i = 1; i < program_.layers.size(); ++i) {
    values.push_back(apply(i, values));
    if (i == static_cast<std::size_t>(layer)) {
      values[i] = values[i].detach().clone().requires_grad_(true);
      leaf = values[i];
    }
  }
  const at::Tensor scores = score(network_outputs(program_, values));
  if (scores.requires_grad()) scores.sum().backward();
  if (!leaf.grad().defined()) {
    throw InputError(
        {"the network's score cannot be differentiated by its layer '" +
             program_.layers[static_cast<std::size_t>(layer)].name + "'",
         "an operator on the way has no gradient, or the layer is not on the way to the score",
         "Give another --cam-layer, or use --method " +
             advise_methods(
                 [](const MethodNeeds& needs) { return needs.layer && !needs.layer_gradient; }) +
             ", which needs no gradient."});
  }
  return {.value = leaf.detach(), .gradient = leaf.grad()};
}

double DifferentiableProgram::bytes_per_image() const {
  double n_values = 0;
  for (const Layer& layer : program_.layers)
    n_values += std::accumulate(layer.shape.begin(), layer.shape.end(), 1.0, std::multiplies<>());
  return (program_.tail ? 2 : 1) * 3 * sizeof(float) * n_values;
}

}  // namespace csm
