// Sums, products, concatenations and normalisations of a TorchScript graph.
#include <ATen/ATen.h>

#include "graph_node.h"

namespace csm {
namespace {

/// A constant operand as one value per channel. Errors: NotUnderstood if it differs between pixels.
at::Tensor per_channel(const GraphNode& node, std::size_t i,
                       const std::vector<std::int64_t>& shape) {
  const auto value = torch::jit::toIValue(node.input(i));
  understand_only_if(value.has_value());
  if (!value->isTensor() || value->toTensor().numel() == 1) {
    const double number = value->isTensor() ? value->toTensor().item<double>() : node.number(i);
    return at::full({shape[0]}, number, at::kFloat);
  }
  at::Tensor tensor = node.tensor(i);
  while (tensor.dim() < std::ssize(shape)) tensor = tensor.unsqueeze(0);
  if (tensor.dim() == std::ssize(shape) + 1) tensor = tensor.squeeze(0);
  understand_only_if(tensor.dim() == std::ssize(shape) && tensor.numel() == shape[0] &&
                     tensor.size(0) == shape[0]);
  return tensor.reshape({shape[0]});
}

ReadNode scale_shift(const at::Tensor& scale, const at::Tensor& shift,
                     const torch::jit::Value* input) {
  return {.layer = ReadLayer{layer::ScaleShift{scale, shift}, {input}}};
}

/// x + c, x - c, c - x, x * c, x / c.
ReadNode read_with_constant(const GraphNode& node, const ShapeOf& shape_of) {
  const std::size_t at = node.is_constant(1) ? 1 : 0;
  const torch::jit::Value* x = node.input(1 - at);
  const at::Tensor c = per_channel(node, at, shape_of(x));
  const at::Tensor one = at::ones_like(c);
  const at::Tensor zero = at::zeros_like(c);
  if (node.name() == "add") return scale_shift(one, c, x);
  if (node.name() == "mul") return scale_shift(c, zero, x);
  if (node.name() == "sub") return at == 1 ? scale_shift(one, -c, x) : scale_shift(-one, c, x);
  understand_only_if(node.name() == "div" && at == 1);
  return scale_shift(at::reciprocal(c), zero, x);
}

ReadNode read_binary(const GraphNode& node, layer::Operator operation, const ShapeOf& shape_of) {
  const std::vector<std::int64_t>& a = shape_of(node.input(0));
  const std::vector<std::int64_t>& b = shape_of(node.input(1));
  const bool is_gate = a.size() == 3 && b.size() == 3 && a[0] == b[0] &&
                       ((a[1] == 1 && a[2] == 1) || (b[1] == 1 && b[2] == 1));
  understand_only_if(a == b || is_gate);
  return {.layer = ReadLayer{layer::Binary{operation}, {node.input(0), node.input(1)}}};
}

/// x / max(|x|, epsilon), as torch.nn.functional.normalize writes it.
ReadNode read_normalise(const GraphNode& division, const ShapeOf& shape_of) {
  const GraphNode expansion(division.input(1)->node());
  understand_only_if(expansion.name() == "expand_as" && shape_of(division.input(0)).size() == 1);
  const GraphNode bound(expansion.input(0)->node());
  understand_only_if(bound.name() == "clamp_min");
  const GraphNode norm(bound.input(0)->node());
  understand_only_if((norm.name() == "norm" || norm.name() == "linalg_vector_norm") &&
                     norm.input(0) == division.input(0) && norm.number(1) == 2 &&
                     norm.integers(2) == std::vector<std::int64_t>{1} && norm.flag(3));
  return {.layer = ReadLayer{layer::Normalise{bound.number(1)}, {division.input(0)}}};
}

bool is_unscaled(const GraphNode& node) { return node.n_inputs() < 3 || node.number(2) == 1; }

}  // namespace

std::optional<ReadNode> read_combining_node(const GraphNode& node, const ShapeOf& shape_of) {
  const std::string& name = node.name();
  const bool is_sum = name == "add" || name == "sub";

  // Of two values, or of a value and a constant.
  if (is_sum || name == "mul" || name == "div") {
    if (is_sum) understand_only_if(is_unscaled(node));
    if (node.is_constant(0) || node.is_constant(1)) return read_with_constant(node, shape_of);
    if (name == "div") return read_normalise(node, shape_of);
    return read_binary(node,
                       name == "add"   ? layer::Operator::add
                       : name == "sub" ? layer::Operator::subtract
                                       : layer::Operator::multiply,
                       shape_of);
  }
  if (name == "neg") {
    const at::Tensor minus_one = at::full({shape_of(node.input(0))[0]}, -1.0, at::kFloat);
    return scale_shift(minus_one, at::zeros_like(minus_one), node.input(0));
  }
  if (name == "maximum" || (name == "max" && node.n_inputs() == 2 && !node.is_constant(1)))
    return read_binary(node, layer::Operator::maximum, shape_of);

  // Of all channels, or of all entries of a vector.
  if (name == "cat") {
    understand_only_if(node.integer(1) == 1);
    return ReadNode{.layer = ReadLayer{layer::Concatenate{}, node.list(0)}};
  }
  if (name == "softmax" || name == "log_softmax") {
    const bool is_vector = shape_of(node.input(0)).size() == 1;
    understand_only_if(is_vector && (node.integer(1) == 1 || node.integer(1) == -1) &&
                       node.is_none(2));
    return ReadNode{
        .layer = ReadLayer{layer::Softmax{.is_log = name == "log_softmax"}, {node.input(0)}}};
  }
  return std::nullopt;
}

}  // namespace csm
