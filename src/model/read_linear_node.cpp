// Convolutions, linear layers and batch norms of a TorchScript graph.
#include <ATen/ATen.h>

#include "graph_node.h"

namespace csm {
namespace {

at::Tensor bias_or_zeros(const GraphNode& node, std::size_t i, const at::Tensor& weight) {
  return node.is_none(i) ? at::zeros({weight.size(0)}, weight.options()) : node.tensor(i);
}

ReadNode read_convolution(const GraphNode& node, bool is_general) {
  layer::Convolution convolution;
  convolution.weight = node.tensor(1);
  understand_only_if(convolution.weight.dim() == 4);
  convolution.bias = bias_or_zeros(node, 2, convolution.weight);
  convolution.stride = node.extent(3);
  convolution.padding = node.extent(4);
  convolution.dilation = node.extent(5);
  if (is_general) understand_only_if(!node.flag(6));  // transposed
  convolution.groups = node.integer(is_general ? 8 : 6);
  return {.layer = ReadLayer{convolution, {node.input(0)}}};
}

ReadNode read_batch_norm(const GraphNode& node) {
  understand_only_if(!node.flag(5) && !node.is_none(3) && !node.is_none(4));
  const at::Tensor mean = node.tensor(3).to(at::kDouble);
  at::Tensor scale = at::rsqrt(node.tensor(4).to(at::kDouble) + node.number(7));
  if (!node.is_none(1)) scale = scale * node.tensor(1).to(at::kDouble);
  at::Tensor shift = -mean * scale;
  if (!node.is_none(2)) shift = shift + node.tensor(2).to(at::kDouble);
  return {.layer = ReadLayer{layer::ScaleShift{scale.to(at::kFloat), shift.to(at::kFloat)},
                             {node.input(0)}}};
}

ReadNode read_addmm(const GraphNode& node, const ShapeOf& shape_of) {
  understand_only_if(shape_of(node.input(1)).size() == 1 && node.number(3) == 1 &&
                     node.number(4) == 1);
  const at::Tensor weight = node.tensor(2).t().contiguous();
  understand_only_if(node.tensor(0).dim() == 1 && node.tensor(0).size(0) == weight.size(0));
  return {.layer = ReadLayer{layer::Linear{weight, node.tensor(0)}, {node.input(1)}}};
}

}  // namespace

std::optional<ReadNode> read_linear_node(const GraphNode& node, const ShapeOf& shape_of) {
  if (node.name() == "_convolution" || node.name() == "convolution")
    return read_convolution(node, true);
  if (node.name() == "conv2d") return read_convolution(node, false);
  if (node.name() == "batch_norm") return read_batch_norm(node);
  if (node.name() == "addmm") return read_addmm(node, shape_of);
  if (node.name() == "linear") {
    understand_only_if(shape_of(node.input(0)).size() == 1 && node.tensor(1).dim() == 2);
    const at::Tensor weight = node.tensor(1);
    return ReadNode{
        .layer = ReadLayer{layer::Linear{weight, bias_or_zeros(node, 2, weight)}, {node.input(0)}}};
  }
  return std::nullopt;
}

}  // namespace csm
