#include "cam_layer.h"

#include <algorithm>
#include <variant>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "registry.h"

namespace csm {
namespace {

/// Whether the used outputs rest on each layer.
std::vector<char> find_used(const LayerProgram& program,
                            const std::vector<std::size_t>& used_outputs) {
  std::vector<char> is_used(program.layers.size(), 0);
  const auto use = [&](int layer) { is_used[static_cast<std::size_t>(layer)] = 1; };
  if (program.tail) {
    std::for_each(program.tail->inputs.begin(), program.tail->inputs.end(), use);
  } else {
    for (const std::size_t output : used_outputs) use(program.outputs.at(output));
  }
  for (std::size_t i = program.layers.size(); i-- > 0;) {
    if (is_used[i] != 0)
      std::for_each(program.layers[i].inputs.begin(), program.layers[i].inputs.end(), use);
  }
  return is_used;
}

/// Whether each layer rests on a convolution, or is one.
std::vector<char> find_convolved(const LayerProgram& program) {
  std::vector<char> is_convolved;
  for (const Layer& layer : program.layers) {
    const bool convolves = std::holds_alternative<layer::Convolution>(layer.operation);
    is_convolved.push_back(convolves ||
                           std::any_of(layer.inputs.begin(), layer.inputs.end(), [&](int input) {
                             return is_convolved[static_cast<std::size_t>(input)] != 0;
                           }));
  }
  return is_convolved;
}

bool makes_features(const layer::Operation& operation) {
  return std::holds_alternative<layer::Convolution>(operation) ||
         std::holds_alternative<layer::ScaleShift>(operation) ||
         std::holds_alternative<layer::Pointwise>(operation) ||
         std::holds_alternative<layer::PRelu>(operation) ||
         std::holds_alternative<layer::Binary>(operation) ||
         std::holds_alternative<layer::Concatenate>(operation);
}

/// The layers that may be chosen, in the order of the data flow.
std::vector<int> feature_maps(const LayerProgram& program,
                              const std::vector<std::size_t>& used_outputs) {
  const std::vector<char> is_used = find_used(program, used_outputs);
  const std::vector<char> is_convolved = find_convolved(program);
  std::vector<int> maps;
  for (std::size_t i = 1; i < program.layers.size(); ++i) {
    const Layer& layer = program.layers[i];
    const bool is_map = layer.shape.size() == 3 && layer.shape[1] > 1 && layer.shape[2] > 1;
    if (is_used[i] != 0 && is_convolved[i] != 0 && is_map && makes_features(layer.operation))
      maps.push_back(static_cast<int>(i));
  }
  return maps;
}

/// The last maps, where a network has more than a reader wants to see.
std::string last_in_words(const LayerProgram& program, const std::vector<int>& maps) {
  constexpr std::size_t n_shown = 12;
  std::vector<std::string> words;
  for (std::size_t i = maps.size() - std::min(n_shown, maps.size()); i < maps.size(); ++i)
    words.push_back(describe_map(program.layers[static_cast<std::size_t>(maps[i])]));
  return (maps.size() > n_shown ? "..., " : "") + join(words);
}

}  // namespace

std::string describe_map(const Layer& layer) {
  return layer.name + " (" + layer::name_of(layer.operation) + ", " +
         std::to_string(layer.shape[0]) + " x " + std::to_string(layer.shape[1]) + " x " +
         std::to_string(layer.shape[2]) + ")";
}

int find_cam_layer(const LayerProgram& program, const std::vector<std::size_t>& used_outputs,
                   const std::string& name) {
  const std::vector<int> maps = feature_maps(program, used_outputs);
  if (maps.empty()) {
    throw InputError({"the network has no feature map of a convolution with more than one pixel",
                      "a class activation map is a weighted sum of the channels of such a map",
                      "Use --method " + advise_methods([](const MethodNeeds& needs) {
                        return !needs.layer;
                      }) + "."});
  }
  if (name.empty()) {
    if (!program.tail) return maps.back();
    throw InputError(
        {"the last feature map of the network is not known",
         "what lies behind the operator '" + program.tail->reason + "' is not understood as layers",
         "Choose one in front of it with --cam-layer: " + last_in_words(program, maps) + "."});
  }
  const auto found = std::find_if(maps.begin(), maps.end(), [&](int layer) {
    return program.layers[static_cast<std::size_t>(layer)].name == name;
  });
  if (found == maps.end()) {
    throw InputError({"--cam-layer is '" + name + "'",
                      "no feature map of the network has that name",
                      "Valid: " + last_in_words(program, maps) + "."});
  }
  return *found;
}

}  // namespace csm
