// Layers that move values without changing them: slices, shuffles, margins, flattening.
#include <algorithm>
#include <limits>
#include <numeric>

#include "graph_node.h"

namespace csm {
namespace {

std::vector<std::int64_t> range(std::int64_t begin, std::int64_t end) {
  std::vector<std::int64_t> values(
      static_cast<std::size_t>(std::max<std::int64_t>(end - begin, 0)));
  std::iota(values.begin(), values.end(), begin);
  return values;
}

ReadNode select(std::vector<std::int64_t> source, const torch::jit::Value* input) {
  understand_only_if(!source.empty());
  return {.layer = ReadLayer{layer::SelectChannels{std::move(source)}, {input}}};
}

/// Channel c of the output of a shuffle of n channels in groups.
std::vector<std::int64_t> shuffled(std::int64_t n_channels, std::int64_t groups) {
  understand_only_if(groups > 0 && n_channels % groups == 0);
  std::vector<std::int64_t> source;
  for (std::int64_t i = 0; i < n_channels; ++i)
    source.push_back((i % groups) * (n_channels / groups) + i / groups);
  return source;
}

ReadNode read_slice(const GraphNode& node, const ShapeOf& shape_of) {
  const std::int64_t n_channels = shape_of(node.input(0))[0];
  if (node.name() == "slice" && node.integer(1) == 0) {
    // x[:, a:b] first takes the whole batch.
    const bool is_whole =
        (node.is_none(2) || node.integer(2) == 0) && node.integer(4) == 1 &&
        (node.is_none(3) || node.integer(3) == std::numeric_limits<std::int64_t>::max());
    understand_only_if(is_whole);
    return {.layer = std::nullopt, .same_as = node.input(0)};
  }
  understand_only_if(node.integer(1) == 1);
  const auto bound = [&](std::size_t i, std::int64_t otherwise) {
    if (node.is_none(i)) return otherwise;
    const std::int64_t value = node.integer(i);
    return std::clamp<std::int64_t>(value < 0 ? value + n_channels : value, 0, n_channels);
  };
  if (node.name() == "narrow") {
    const std::int64_t begin = bound(2, 0);
    return select(range(begin, begin + node.integer(3)), node.input(0));
  }
  understand_only_if(node.integer(4) == 1);
  return select(range(bound(2, 0), bound(3, n_channels)), node.input(0));
}

ReadNode read_pad(const GraphNode& node, const ShapeOf& shape_of) {
  std::size_t value_at = 2;
  if (node.name() == "pad") {
    understand_only_if(node.text(2) == "constant");
    value_at = 3;
  }
  std::vector<std::int64_t> margins = node.integers(1);
  understand_only_if(shape_of(node.input(0)).size() == 3 && margins.size() <= 6);
  margins.resize(6, 0);
  layer::Pad pad{.top = margins[2],
                 .bottom = margins[3],
                 .left = margins[0],
                 .right = margins[1],
                 .channels_before = margins[4],
                 .channels_behind = margins[5]};
  understand_only_if(pad.channels_before >= 0 && pad.channels_behind >= 0);
  pad.value = node.is_none(value_at) ? 0 : node.number(value_at);
  return {.layer = ReadLayer{pad, {node.input(0)}}};
}

/// Whether a size in a reshape is the batch's: x.size(0), as traces and scripts write it.
bool is_batch_size(const torch::jit::Value* value) {
  const torch::jit::Node* node = value->node();
  const std::string name = node->kind().toUnqualString();
  if (name == "NumToTensor" || name == "Int") return is_batch_size(node->inputs()[0]);
  if (name != "size" || node->inputs().size() != 2) return false;
  const auto dimension = torch::jit::toIValue(node->inputs()[1]);
  return dimension && dimension->isInt() && dimension->toInt() == 0;
}

constexpr std::int64_t of_batch = -2;

/// The target of a reshape, with of_batch if a size is the batch's.
std::vector<std::int64_t> reshape_target(const GraphNode& node) {
  if (node.is_constant(1)) return node.integers(1);
  std::vector<std::int64_t> target;
  for (const torch::jit::Value* size : node.list(1)) {
    const auto value = torch::jit::toIValue(size);
    understand_only_if(value ? value->isInt() : is_batch_size(size));
    target.push_back(value ? value->toInt() : of_batch);
  }
  return target;
}

/// Reshapes to (batch, all the rest). That a first size of -1 or of the batch leaves the batch
/// alone follows from the second one being all values of one image.
ReadNode read_flattening(const GraphNode& node, const ShapeOf& shape_of) {
  const std::vector<std::int64_t>& shape = shape_of(node.input(0));
  const std::vector<std::int64_t> target = reshape_target(node);
  const std::int64_t n_values =
      std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  understand_only_if(target.size() == 2);
  understand_only_if((target[0] == of_batch && (target[1] == -1 || target[1] == n_values)) ||
                     (target[0] == -1 && target[1] == n_values));
  if (shape.size() == 1) return {.layer = std::nullopt, .same_as = node.input(0)};
  return {.layer = ReadLayer{layer::Flatten{}, {node.input(0)}}};
}

/// A channel shuffle written as reshape (B, g, C/g, H, W), transpose(1, 2), reshape (B, C, H, W);
/// the node is the last.
std::optional<ReadNode> read_written_shuffle(const GraphNode& last, const ShapeOf& shape_of) {
  if (reshape_target(last).size() != 4) return std::nullopt;
  const torch::jit::Node* middle = last.input(0)->node();
  if (middle->kind().toUnqualString() == std::string("contiguous"))
    middle = middle->inputs()[0]->node();
  const GraphNode transposition(middle);
  understand_only_if(transposition.name() == "transpose" &&
                     transposition.integer(1) + transposition.integer(2) == 3 &&
                     transposition.integer(1) * transposition.integer(2) == 2);
  const GraphNode first(transposition.input(0)->node());
  understand_only_if(first.name() == "view" || first.name() == "reshape");
  const std::vector<std::int64_t> grouped = reshape_target(first);
  const std::vector<std::int64_t>& shape = shape_of(first.input(0));
  understand_only_if(grouped.size() == 5 && shape.size() == 3 && grouped[3] == shape[1] &&
                     grouped[4] == shape[2]);
  const std::int64_t groups = grouped[1] > 0 ? grouped[1] : shape[0] / grouped[2];
  const std::vector<std::int64_t> whole = reshape_target(last);
  understand_only_if((whole[1] == -1 || whole[1] == shape[0]) && whole[2] == shape[1] &&
                     whole[3] == shape[2]);
  return select(shuffled(shape[0], groups), first.input(0));
}

}  // namespace

std::optional<ReadNode> read_reshaping_node(const GraphNode& node, const ShapeOf& shape_of) {
  const std::string& name = node.name();
  if (name == "dropout" || name == "feature_dropout") {
    understand_only_if(!node.flag(2));
    return ReadNode{.layer = std::nullopt, .same_as = node.input(0)};
  }
  if (name == "contiguous" || name == "detach" || name == "alias" || name == "clone") {
    shape_of(node.input(0));
    return ReadNode{.layer = std::nullopt, .same_as = node.input(0)};
  }
  if (name == "narrow" || name == "slice") return read_slice(node, shape_of);
  if (name == "channel_shuffle")
    return select(shuffled(shape_of(node.input(0))[0], node.integer(1)), node.input(0));
  if (name == "pad" || name == "constant_pad_nd") return read_pad(node, shape_of);
  if (name == "flatten") {
    understand_only_if(node.integer(1) == 1 && node.integer(2) == -1);
    if (shape_of(node.input(0)).size() == 1)
      return ReadNode{.layer = std::nullopt, .same_as = node.input(0)};
    return ReadNode{.layer = ReadLayer{layer::Flatten{}, {node.input(0)}}};
  }
  if (name == "view" || name == "reshape") {
    if (auto shuffle = read_written_shuffle(node, shape_of)) return shuffle;
    return read_flattening(node, shape_of);
  }
  return std::nullopt;
}

std::vector<layer::SelectChannels> read_split(const GraphNode& node, std::size_t n_outputs,
                                              const ShapeOf& shape_of) {
  const bool is_chunk = node.name() == "chunk";
  if (!is_chunk && node.name() != "split" && node.name() != "split_with_sizes") return {};
  understand_only_if(node.integer(2) == 1);
  const std::int64_t n_channels = shape_of(node.input(0))[0];
  std::vector<std::int64_t> lengths = node.integers(1);
  if (lengths.size() == 1) {
    const std::int64_t length = is_chunk ? (n_channels + lengths[0] - 1) / lengths[0] : lengths[0];
    understand_only_if(length > 0);
    lengths.assign(n_outputs, length);
    lengths.back() = n_channels - (std::ssize(lengths) - 1) * length;
  }
  std::vector<layer::SelectChannels> parts;
  std::int64_t begin = 0;
  for (const std::int64_t length : lengths) {
    understand_only_if(length > 0);
    parts.push_back({range(begin, begin + length)});
    begin += length;
  }
  understand_only_if(parts.size() == n_outputs && begin == n_channels);
  return parts;
}

}  // namespace csm
