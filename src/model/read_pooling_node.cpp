// Pooling layers of a TorchScript graph.
#include <algorithm>

#include "graph_node.h"

namespace csm {
namespace {

Extent stride_or_kernel(const GraphNode& node, Extent kernel) {
  return node.integers(2).empty() ? kernel : node.extent(2);
}

ReadNode read_max_pool(const GraphNode& node) {
  layer::MaxPool pool;
  pool.kernel = node.extent(1);
  pool.stride = stride_or_kernel(node, pool.kernel);
  pool.padding = node.extent(3);
  pool.dilation = node.extent(4);
  pool.ceil_mode = node.flag(5);
  return {.layer = ReadLayer{pool, {node.input(0)}}};
}

ReadNode read_average_pool(const GraphNode& node) {
  understand_only_if(node.is_none(6));
  layer::AveragePool pool;
  pool.kernel = node.extent(1);
  pool.stride = stride_or_kernel(node, pool.kernel);
  pool.padding = node.extent(3);
  pool.ceil_mode = node.flag(4);
  pool.count_include_pad = node.flag(5);
  return {.layer = ReadLayer{pool, {node.input(0)}}};
}

/// An adaptive pool whose places are all of one size is an ordinary one.
ReadNode read_adaptive_pool(const GraphNode& node, const ShapeOf& shape_of) {
  const std::vector<std::int64_t>& shape = shape_of(node.input(0));
  const Extent output = node.extent(1);
  understand_only_if(shape.size() == 3 && output.y > 0 && output.x > 0);
  if (output == Extent{1, 1}) return {.layer = ReadLayer{layer::GlobalAverage{}, {node.input(0)}}};
  if (output == Extent{shape[1], shape[2]})
    return {.layer = std::nullopt, .same_as = node.input(0)};
  understand_only_if(shape[1] % output.y == 0 && shape[2] % output.x == 0);
  const Extent kernel{shape[1] / output.y, shape[2] / output.x};
  return {.layer = ReadLayer{layer::AveragePool{.kernel = kernel, .stride = kernel, .padding = {}},
                             {node.input(0)}}};
}

ReadNode read_mean(const GraphNode& node, const ShapeOf& shape_of) {
  understand_only_if(shape_of(node.input(0)).size() == 3 && node.is_none(3));
  std::vector<std::int64_t> dimensions = node.integers(1);
  for (std::int64_t& dimension : dimensions) dimension = dimension < 0 ? dimension + 4 : dimension;
  std::sort(dimensions.begin(), dimensions.end());
  understand_only_if(dimensions == std::vector<std::int64_t>{2, 3});
  return {.layer = ReadLayer{layer::GlobalAverage{.keeps_map = node.flag(2)}, {node.input(0)}}};
}

}  // namespace

std::optional<ReadNode> read_pooling_node(const GraphNode& node, const ShapeOf& shape_of) {
  if (node.name() == "max_pool2d") return read_max_pool(node);
  if (node.name() == "avg_pool2d") return read_average_pool(node);
  if (node.name() == "adaptive_avg_pool2d") return read_adaptive_pool(node, shape_of);
  if (node.name() == "mean") return read_mean(node, shape_of);
  return std::nullopt;
}

}  // namespace csm
