#pragma once
#include <torch/csrc/jit/ir/ir.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "csm/model/layer_program.h"

namespace csm {

/// Thrown inside the reading if a node is not a layer that is known; never leaves the stage.
struct NotUnderstood {};

/// A node of a frozen TorchScript graph with its constant arguments.
class GraphNode {
 public:
  explicit GraphNode(const torch::jit::Node* node);

  /// The operator without its namespace and without the `_` of its in-place form, such as "relu".
  const std::string& name() const { return name_; }
  bool is_in_place() const { return is_in_place_; }
  std::size_t n_inputs() const;
  const torch::jit::Value* input(std::size_t i) const;

  /// Whether the argument is a constant, and whether it is the constant None.
  bool is_constant(std::size_t i) const;
  bool is_none(std::size_t i) const;

  /// A constant argument. Errors: NotUnderstood if it is none of this type.
  at::Tensor tensor(std::size_t i) const;
  double number(std::size_t i) const;
  std::int64_t integer(std::size_t i) const;
  bool flag(std::size_t i) const;
  std::string text(std::size_t i) const;
  std::vector<std::int64_t> integers(std::size_t i) const;
  Extent extent(std::size_t i) const;  ///< of one number or two

  /// The tensors of a list argument.
  std::vector<const torch::jit::Value*> list(std::size_t i) const;

 private:
  c10::IValue constant(std::size_t i) const;

  const torch::jit::Node* node_;
  std::string name_;
  bool is_in_place_ = false;
};

/// Throws NotUnderstood if the condition does not hold.
void understand_only_if(bool condition);

/// A layer before it has its place in the program.
struct ReadLayer {
  layer::Operation operation;
  std::vector<const torch::jit::Value*> inputs;
};

/// What one node computes as a layer, or the value that it passes on unchanged.
struct ReadNode {
  std::optional<ReadLayer> layer;
  const torch::jit::Value* same_as = nullptr;
};

/// The shape of one image of a value, (C, H, W) or (F); throws NotUnderstood if the value is not a
/// layer's.
using ShapeOf = std::function<const std::vector<std::int64_t>&(const torch::jit::Value*)>;

/// Reads a node with one tensor as output. Errors: NotUnderstood.
ReadNode read_node(const GraphNode& node, const ShapeOf& shape_of);

/// The families that read_node tries; nothing if the operator is not theirs. Errors: NotUnderstood.
std::optional<ReadNode> read_linear_node(const GraphNode& node, const ShapeOf& shape_of);
std::optional<ReadNode> read_pointwise_node(const GraphNode& node);
std::optional<ReadNode> read_pooling_node(const GraphNode& node, const ShapeOf& shape_of);
std::optional<ReadNode> read_combining_node(const GraphNode& node, const ShapeOf& shape_of);
std::optional<ReadNode> read_reshaping_node(const GraphNode& node, const ShapeOf& shape_of);

/// The channels that each output of a chunk or split holds; empty if the node is none. Errors:
/// NotUnderstood.
std::vector<layer::SelectChannels> read_split(const GraphNode& node, std::size_t n_outputs,
                                              const ShapeOf& shape_of);

}  // namespace csm
