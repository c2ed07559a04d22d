#include "differentiable_program.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <functional>
#include <numeric>
#include <variant>

#include "csm/core/error.h"
#include "saliency_method.h"

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

/// The value of the layer that comes next; the first is the input.
at::Tensor next_value(const Layer& layer, const LayerValues& values, const at::Tensor& input) {
  return values.empty() ? input : apply_layer(layer.operation, inputs_of(layer, values));
}

}  // namespace

DifferentiableProgram::DifferentiableProgram(const LayerProgram& program) : program_(program) {
  const c10::InferenceMode normal_tensors(false);
  for (Layer& layer : program_.layers) std::visit(CopyWeights{}, layer.operation);
}

std::vector<at::Tensor> DifferentiableProgram::outputs(const at::Tensor& input,
                                                       Rectifiers rectifiers) const {
  LayerValues values;
  for (const Layer& layer : program_.layers) {
    values.push_back(next_value(layer, values, input));
    const bool is_guided = rectifiers == Rectifiers::guided && is_rectifier(layer.operation);
    if (is_guided && values.back().requires_grad())
      values.back().register_hook([](const at::Tensor& gradient) { return at::relu(gradient); });
  }
  return network_outputs(program_, values);
}

at::Tensor DifferentiableProgram::value(const at::Tensor& input, LayerId layer) const {
  const c10::NoGradGuard no_gradients;
  LayerValues values;
  while (values.end_id() <= layer)
    values.push_back(next_value(program_[values.end_id()], values, input));
  return values.back();
}

LayerGradient DifferentiableProgram::gradient_at(const at::Tensor& input, LayerId layer,
                                                 const OutputScore& score) const {
  const c10::AutoGradMode with_gradients(true);
  // Nothing in front of the layer asks for gradients, so the layer's value is a leaf.
  LayerValues values;
  at::Tensor leaf;
  for (const LayerId now : program_.layers.ids()) {
    values.push_back(next_value(program_[now], values, input.detach()));
    if (now == layer) {
      leaf = values.back().detach().clone().requires_grad_(true);
      values.back() = leaf;
    }
  }

  const at::Tensor scores = score(network_outputs(program_, values));
  if (scores.requires_grad()) scores.sum().backward();
  if (!leaf.grad().defined()) {
    throw InputError(
        {"the network's score cannot be differentiated by its layer '" + program_[layer].name + "'",
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
  constexpr double n_bytes = 3.0 * sizeof(float);  // of a value, its gradient and what is saved
  return (program_.tail ? 2 : 1) * n_bytes * n_values;
}

}  // namespace csm
