#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "graph_node.h"
#include "read_graph.h"

namespace csm {
namespace {

constexpr std::array movers = {
    "squeeze",   "unsqueeze", "flatten", "view",    "reshape",      "contiguous", "detach",
    "alias",     "clone",     "select",  "slice",   "narrow",       "dropout",    "permute",
    "transpose", "t",         "to",      "type_as", "index_select", "unflatten",  "expand"};
constexpr std::array linear_operators = {"linear",     "addmm",  "matmul", "mm",
                                         "bmm",        "conv2d", "conv1d", "_convolution",
                                         "batch_norm", "einsum"};
constexpr std::array combiners = {
    "add", "sub", "mul", "div", "mean", "sum", "adaptive_avg_pool2d", "avg_pool2d", "cat"};

template <std::size_t n>
bool is_in(const std::array<const char*, n>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), std::string_view(name)) != names.end();
}

LastOperator last_operator(const torch::jit::Value* value);

/// Of what an operator makes of several values: linear if a value of them is.
LastOperator of_combination(const torch::jit::Node* node) {
  for (const torch::jit::Value* input : node->inputs()) {
    const torch::jit::Node* origin = input->node();
    if (origin->kind() == c10::prim::ListConstruct) {
      if (of_combination(origin) == LastOperator::linear) return LastOperator::linear;
    } else if (last_operator(input) == LastOperator::linear) {
      return LastOperator::linear;
    }
  }
  return LastOperator::unknown;
}

LastOperator last_operator(const torch::jit::Value* value) {
  const torch::jit::Node* node = value->node();
  if (node->kind() == c10::prim::Constant || node->kind() == c10::prim::Param ||
      node->kind() == c10::prim::If || node->kind() == c10::prim::Loop) {
    return LastOperator::unknown;
  }
  const std::string name = GraphNode(node).name();
  if (name == "sigmoid") return LastOperator::sigmoid;
  if (name == "softmax" || name == "_softmax") return LastOperator::softmax;
  if (name == "log_softmax" || name == "_log_softmax") return LastOperator::log_softmax;
  if (name == "tanh") return LastOperator::tanh;
  if (is_in(linear_operators, name)) return LastOperator::linear;
  if (is_in(movers, name) && !node->inputs().empty()) return last_operator(node->inputs()[0]);
  if (is_in(combiners, name)) return of_combination(node);
  return LastOperator::unknown;
}

}  // namespace

std::vector<LastOperator> last_operators(const torch::jit::Graph& graph) {
  std::vector<LastOperator> result;
  for (const torch::jit::Value* output : graph.outputs()) {
    const torch::jit::Node* node = output->node();
    const bool is_several =
        node->kind() == c10::prim::TupleConstruct || node->kind() == c10::prim::ListConstruct;
    if (!is_several) {
      result.push_back(last_operator(output));
      continue;
    }
    for (const torch::jit::Value* element : node->inputs())
      result.push_back(last_operator(element));
  }
  return result;
}

}  // namespace csm
