#include "graph_node.h"

#include <torch/csrc/jit/ir/constants.h>

namespace csm {

GraphNode::GraphNode(const torch::jit::Node* node) : node_(node) {
  name_ = node->kind().toUnqualString();
  is_in_place_ = name_.size() > 1 && name_.back() == '_' && name_[name_.size() - 2] != '_';
  if (is_in_place_) name_.pop_back();
}

std::size_t GraphNode::n_inputs() const { return node_->inputs().size(); }

const torch::jit::Value* GraphNode::input(std::size_t i) const {
  understand_only_if(i < n_inputs());
  return node_->inputs()[i];
}

c10::IValue GraphNode::constant(std::size_t i) const {
  const auto value = torch::jit::toIValue(input(i));
  understand_only_if(value.has_value());
  return *value;
}

bool GraphNode::is_constant(std::size_t i) const {
  return torch::jit::toIValue(input(i)).has_value();
}

bool GraphNode::is_none(std::size_t i) const { return is_constant(i) && constant(i).isNone(); }

at::Tensor GraphNode::tensor(std::size_t i) const {
  const c10::IValue value = constant(i);
  understand_only_if(value.isTensor() && value.toTensor().scalar_type() == at::kFloat);
  return value.toTensor();
}

double GraphNode::number(std::size_t i) const {
  const c10::IValue value = constant(i);
  if (value.isTensor()) {
    understand_only_if(value.toTensor().numel() == 1 && value.toTensor().dim() == 0);
    return value.toTensor().item<double>();
  }
  understand_only_if(value.isInt() || value.isDouble());
  return value.toScalar().toDouble();
}

std::int64_t GraphNode::integer(std::size_t i) const {
  const c10::IValue value = constant(i);
  understand_only_if(value.isInt());
  return value.toInt();
}

bool GraphNode::flag(std::size_t i) const {
  const c10::IValue value = constant(i);
  understand_only_if(value.isBool());
  return value.toBool();
}

std::string GraphNode::text(std::size_t i) const {
  const c10::IValue value = constant(i);
  understand_only_if(value.isString());
  return value.toStringRef();
}

std::vector<std::int64_t> GraphNode::integers(std::size_t i) const {
  if (const auto value = torch::jit::toIValue(input(i)); value && value->isIntList())
    return value->toIntVector();
  if (is_constant(i)) return {integer(i)};
  const torch::jit::Node* list = input(i)->node();
  understand_only_if(list->kind() == c10::prim::ListConstruct);
  std::vector<std::int64_t> result;
  for (const torch::jit::Value* element : list->inputs()) {
    const auto value = torch::jit::toIValue(element);
    understand_only_if(value && value->isInt());
    result.push_back(value->toInt());
  }
  return result;
}

Extent GraphNode::extent(std::size_t i) const {
  const std::vector<std::int64_t> values = integers(i);
  understand_only_if(values.size() == 1 || values.size() == 2);
  return {.y = values.front(), .x = values.back()};
}

std::vector<const torch::jit::Value*> GraphNode::list(std::size_t i) const {
  const torch::jit::Node* list = input(i)->node();
  understand_only_if(list->kind() == c10::prim::ListConstruct);
  return {list->inputs().begin(), list->inputs().end()};
}

void understand_only_if(bool condition) {
  if (!condition) throw NotUnderstood{};
}

}  // namespace csm
