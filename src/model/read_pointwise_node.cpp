// Functions of each value in a TorchScript graph.
#include <limits>

#include "graph_node.h"

namespace csm {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double number_or(const GraphNode& node, std::size_t i, double otherwise) {
  return node.is_none(i) ? otherwise : node.number(i);
}

std::optional<layer::Pointwise> read_function(const GraphNode& node) {
  using layer::Function;
  const std::string& name = node.name();
  if (name == "relu") return layer::Pointwise{Function::relu};
  if (name == "relu6") return layer::Pointwise{Function::clamp, 0, 6};
  if (name == "hardtanh") return layer::Pointwise{Function::clamp, node.number(1), node.number(2)};
  if (name == "clamp")
    return layer::Pointwise{Function::clamp, number_or(node, 1, -infinity),
                            number_or(node, 2, infinity)};
  if (name == "clamp_min") return layer::Pointwise{Function::clamp, node.number(1), infinity};
  if (name == "leaky_relu") return layer::Pointwise{Function::leaky_relu, node.number(1)};
  if (name == "sigmoid") return layer::Pointwise{Function::sigmoid};
  if (name == "tanh") return layer::Pointwise{Function::tanh};
  if (name == "silu") return layer::Pointwise{Function::silu};
  if (name == "hardsigmoid") return layer::Pointwise{Function::hard_sigmoid};
  if (name == "hardswish") return layer::Pointwise{Function::hard_swish};
  if (name == "elu") {
    understand_only_if(node.number(2) == 1 && node.number(3) == 1);
    return layer::Pointwise{Function::elu, node.number(1)};
  }
  if (name == "gelu") {
    understand_only_if(node.text(1) == "none");
    return layer::Pointwise{Function::gelu};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ReadNode> read_pointwise_node(const GraphNode& node) {
  if (const auto function = read_function(node))
    return ReadNode{.layer = ReadLayer{*function, {node.input(0)}}};
  if (node.name() == "prelu") {
    understand_only_if(node.tensor(1).dim() == 1);
    return ReadNode{.layer = ReadLayer{layer::PRelu{node.tensor(1)}, {node.input(0)}}};
  }
  return std::nullopt;
}

}  // namespace csm
