#include "read_graph.h"

#include <ATen/ATen.h>
#include <torch/csrc/jit/runtime/graph_executor.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <utility>

#include "csm/core/error.h"
#include "csm/model/layer_program.h"
#include "csm/model/transfer.h"
#include "graph_node.h"

namespace csm {
namespace {

using torch::jit::Graph;
using torch::jit::Node;
using torch::jit::Value;

/// Walks the graph once and collects the layers that it understands.
class Reader {
 public:
  Reader(const Graph& graph, const InputContract& input, const at::Device& device) {
    CSM_EXPECT(graph.inputs().size() == 2);
    image_ = graph.inputs()[1];
    probes_.push_back(
        at::zeros({1, 3, input.height, input.width}, at::TensorOptions(at::kFloat).device(device)));
    program_.layers.push_back(
        {layer::Input{}, {}, {3, input.height, input.width}, image_->debugName()});
    layer_of_[image_] = LayerId();
    for (const Node* node : graph.nodes()) read(node);
  }

  LayerReading finish(const Graph& graph);

 private:
  void read(const Node* node);
  void read_one(const Node* node);
  bool read_parts(const Node* node);
  void add(const ReadLayer& read, const Value* output);
  void not_understood(const Node* node);
  bool touches_layers(const Node* node) const;
  const std::vector<std::int64_t>& shape_of(const Value* value) const;
  std::optional<LayerId> find(const Value* value) const;
  void cut_tail(const std::vector<const Value*>& outputs);
  void drop_unused();

  const Value* image_ = nullptr;
  LayerProgram program_;
  LayerValues probes_;  ///< the value of each layer for one grey image
  std::unordered_map<const Value*, LayerId> layer_of_;
  std::string first_unknown_;
  std::string refusal_;
};

std::optional<LayerId> Reader::find(const Value* value) const {
  const auto found = layer_of_.find(value);
  return found == layer_of_.end() ? std::nullopt : std::optional(found->second);
}

const std::vector<std::int64_t>& Reader::shape_of(const Value* value) const {
  const std::optional<LayerId> layer = find(value);
  understand_only_if(layer.has_value());
  return program_[*layer].shape;
}

bool Reader::touches_layers(const Node* node) const {
  return std::any_of(node->inputs().begin(), node->inputs().end(),
                     [&](const Value* input) { return find(input).has_value(); });
}

void Reader::add(const ReadLayer& read, const Value* output) {
  Layer layer{.operation = read.operation, .inputs = {}, .shape = {}, .name = output->debugName()};
  for (const Value* input : read.inputs) {
    shape_of(input);
    layer.inputs.push_back(*find(input));
  }
  const at::Tensor probe = apply_layer(layer.operation, inputs_of(layer, probes_));
  layer.shape.assign(probe.sizes().begin() + 1, probe.sizes().end());
  understand_only_if(layer.shape.size() == 3 || layer.shape.size() == 1);
  layer_of_[output] = program_.layers.push_back(std::move(layer));
  probes_.push_back(probe);
}

/// The outputs of a list unpacking that takes the parts of a chunk or split.
bool Reader::read_parts(const Node* node) {
  if (node->kind() != c10::prim::ListUnpack) return false;
  const GraphNode split(node->inputs()[0]->node());
  const auto parts = read_split(
      split, node->outputs().size(), [&](const Value* v) -> const auto& { return shape_of(v); });
  for (std::size_t i = 0; i < parts.size(); ++i)
    add({parts[i], {split.input(0)}}, node->outputs()[i]);
  return !parts.empty();
}

void Reader::read_one(const Node* node) {
  if (read_parts(node)) return;
  understand_only_if(node->outputs().size() == 1 && node->blocks().empty());
  const GraphNode graph_node(node);
  const ReadNode read = read_node(
      graph_node, [&](const Value* v) -> const auto& { return shape_of(v); });
  if (read.layer) {
    add(*read.layer, node->output());
  } else {
    shape_of(read.same_as);
    layer_of_[node->output()] = *find(read.same_as);
  }
  // Whoever reads the overwritten value later reads the new one.
  if (graph_node.is_in_place()) layer_of_[graph_node.input(0)] = layer_of_.at(node->output());
}

void Reader::not_understood(const Node* node) {
  const bool is_plain_list =
      node->kind() == c10::prim::ListConstruct || node->kind() == c10::prim::TupleConstruct;
  const std::string name = node->kind().toUnqualString();
  const bool is_measure = name == "size" || name == "split" || name == "split_with_sizes" ||
                          name == "chunk" || name == "view" || name == "reshape" ||
                          name == "transpose" || name == "norm" || name == "linalg_vector_norm" ||
                          name == "expand_as";
  if (node->maybeSchema() != nullptr && node->schema().is_mutable() && touches_layers(node))
    refusal_ = "the network overwrites a value in place with " + name + ", which is not understood";
  // Parts of what is read as one layer further on are not a reason.
  if (!is_plain_list && !is_measure && touches_layers(node) && first_unknown_.empty())
    first_unknown_ = name;
}

void Reader::read(const Node* node) {
  if (node->kind() == c10::prim::Constant) return;
  try {
    read_one(node);
  } catch (const NotUnderstood&) {
    not_understood(node);
  } catch (const c10::Error&) {
    not_understood(node);
  }
}

/// The nodes between the last known layers and the outputs, in the order of the graph.
std::vector<const Node*> nodes_after(const std::vector<const Value*>& outputs,
                                     const std::function<bool(const Value*)>& is_known) {
  std::set<const Node*> seen;
  std::vector<const Node*> nodes;
  std::vector<const Value*> open = outputs;
  while (!open.empty()) {
    const Value* value = open.back();
    open.pop_back();
    if (is_known(value) || !seen.insert(value->node()).second) continue;
    if (value->node()->kind() == c10::prim::Param) continue;
    nodes.push_back(value->node());
    open.insert(open.end(), value->node()->inputs().begin(), value->node()->inputs().end());
  }
  std::sort(nodes.begin(), nodes.end(),
            [](const Node* a, const Node* b) { return a->isBefore(b); });
  return nodes;
}

void Reader::cut_tail(const std::vector<const Value*>& outputs) {
  // A value of the new graph: a copy of a node's, or an input for a layer that it starts from.
  const auto is_known = [&](const Value* value) { return find(value).has_value(); };
  auto graph = std::make_shared<Graph>();
  std::unordered_map<const Value*, Value*> copies;
  Tail tail{.inputs = {}, .run = {}, .reason = first_unknown_};
  std::map<LayerId, Value*> inputs;
  const auto copy_of = [&](const Value* value) {
    if (const auto found = copies.find(value); found != copies.end()) return found->second;
    const std::optional<LayerId> layer = find(value);
    if (!layer) throw NotUnderstood{};
    auto [place, is_new] = inputs.try_emplace(*layer, nullptr);
    if (is_new) {
      place->second = graph->addInput();
      tail.inputs.push_back(*layer);
    }
    return place->second;
  };

  // The nodes after the known layers, in the order of the graph.
  for (const Node* node : nodes_after(outputs, is_known)) {
    understand_only_if(node->blocks().empty());
    Node* copy = graph->insertNode(
        graph->createClone(const_cast<Node*>(node), [&](Value* v) { return copy_of(v); }));
    for (std::size_t i = 0; i < node->outputs().size(); ++i)
      copies[node->outputs()[i]] = copy->outputs()[i];
  }
  for (const Value* output : outputs) graph->registerOutput(copy_of(output));

  // Runs as LibTorch runs the whole network.
  const auto executor = std::make_shared<torch::jit::GraphExecutor>(graph, "csm_tail");
  tail.run = [executor](const std::vector<at::Tensor>& values) {
    torch::jit::Stack stack(values.begin(), values.end());
    executor->run(stack);
    std::vector<at::Tensor> results;
    for (const c10::IValue& value : stack) results.push_back(value.toTensor());
    return results;
  };
  program_.tail = std::move(tail);
}

/// Keeps the layers that the outputs or the tail rest on.
void Reader::drop_unused() {
  std::vector<LayerId>& roots = program_.tail ? program_.tail->inputs : program_.outputs;
  IdVector<LayerId, Layer>& layers = program_.layers;

  // From the end to the input, which is kept in any case.
  IdVector<LayerId, char> is_used(layers.size(), 0);
  is_used.front() = 1;
  for (const LayerId root : roots) is_used[root] = 1;
  for (LayerId layer = layers.end_id(); layer != LayerId();) {
    --layer;
    if (is_used[layer] == 0) continue;
    for (const LayerId input : layers[layer].inputs) is_used[input] = 1;
  }

  // A layer's inputs are before it, so their new places are known.
  IdVector<LayerId, LayerId> new_place(layers.size());
  IdVector<LayerId, Layer> kept;
  for (const LayerId layer : layers.ids()) {
    if (is_used[layer] == 0) continue;
    for (LayerId& input : layers[layer].inputs) input = new_place[input];
    new_place[layer] = kept.push_back(std::move(layers[layer]));
  }
  for (LayerId& root : roots) root = new_place[root];
  layers = std::move(kept);
}

LayerReading Reader::finish(const Graph& graph) {
  if (!refusal_.empty()) return {.program = std::nullopt, .reason = refusal_};

  // Several outputs are one tuple or list of the graph.
  std::vector<const Value*> outputs(graph.outputs().begin(), graph.outputs().end());
  if (outputs.size() == 1 && !find(outputs[0])) {
    const Node* node = outputs[0]->node();
    if (node->kind() == c10::prim::TupleConstruct || node->kind() == c10::prim::ListConstruct)
      outputs.assign(node->inputs().begin(), node->inputs().end());
  }

  // Either all outputs are layers, or what is between them and the layers is the tail.
  const bool is_whole = std::all_of(outputs.begin(), outputs.end(),
                                    [&](const Value* v) { return find(v).has_value(); });
  if (is_whole) {
    for (const Value* output : outputs) program_.outputs.push_back(*find(output));
  } else {
    try {
      cut_tail(outputs);
    } catch (const NotUnderstood&) {
      return {.program = std::nullopt,
              .reason = "the network's graph has branches or loops that depend on the data"};
    }
  }

  drop_unused();
  if (program_.layers.size() < 2)
    return {.program = std::nullopt,
            .reason = "its first operator, " + first_unknown_ + ", is not understood"};
  return {.program = std::move(program_), .reason = ""};
}

}  // namespace

ReadNode read_node(const GraphNode& node, const ShapeOf& shape_of) {
  if (auto read = read_linear_node(node, shape_of)) return *read;
  if (auto read = read_pointwise_node(node)) return *read;
  if (auto read = read_pooling_node(node, shape_of)) return *read;
  if (auto read = read_combining_node(node, shape_of)) return *read;
  if (auto read = read_reshaping_node(node, shape_of)) return *read;
  throw NotUnderstood{};
}

LayerReading read_graph(const Graph& graph, const InputContract& input, ComputeDevice device) {
  const c10::InferenceMode inference;
  if (graph.inputs().size() != 2)
    return {.program = std::nullopt, .reason = "the network takes more than one input"};
  return Reader(graph, input, torch_device(device)).finish(graph);
}

}  // namespace csm
