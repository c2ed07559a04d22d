#include "cam_layer.h"

#include <algorithm>
#include <variant>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "saliency_method.h"

namespace csm {
namespace {

using LayerFlags = IdVector<LayerId, char>;

/// Whether the used outputs rest on each layer.
LayerFlags find_used(const LayerProgram& program, const std::vector<std::size_t>& used_outputs) {
  LayerFlags is_used(program.layers.size(), 0);
  const auto use = [&](LayerId layer) { is_used[layer] = 1; };
  if (program.tail) {
    std::for_each(program.tail->inputs.begin(), program.tail->inputs.end(), use);
  } else {
    for (const std::size_t output : used_outputs) use(program.outputs.at(output));
  }
  for (LayerId layer = program.layers.end_id(); layer != LayerId();) {
    --layer;
    if (is_used[layer] != 0)
      std::for_each(program[layer].inputs.begin(), program[layer].inputs.end(), use);
  }
  return is_used;
}

/// Whether each layer rests on a convolution, or is one.
LayerFlags find_convolved(const LayerProgram& program) {
  LayerFlags is_convolved;
  for (const Layer& layer : program.layers) {
    const bool convolves = std::holds_alternative<layer::Convolution>(layer.operation);
    const bool rests_on_one = std::any_of(layer.inputs.begin(), layer.inputs.end(),
                                          [&](LayerId input) { return is_convolved[input] != 0; });
    is_convolved.push_back(convolves || rests_on_one ? 1 : 0);
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
std::vector<LayerId> feature_maps(const LayerProgram& program,
                                  const std::vector<std::size_t>& used_outputs) {
  const LayerFlags is_used = find_used(program, used_outputs);
  const LayerFlags is_convolved = find_convolved(program);
  std::vector<LayerId> maps;
  for (const LayerId id : program.layers.ids()) {
    const Layer& layer = program[id];
    const bool is_map = layer.shape.size() == 3 && layer.shape[1] > 1 && layer.shape[2] > 1;
    if (is_used[id] != 0 && is_convolved[id] != 0 && is_map && makes_features(layer.operation))
      maps.push_back(id);
  }
  return maps;
}

/// The last maps, if a network has more than a reader wants to see.
std::string describe_last(const LayerProgram& program, const std::vector<LayerId>& maps) {
  constexpr std::size_t n_shown = 12;
  std::vector<std::string> texts;
  for (std::size_t i = maps.size() - std::min(n_shown, maps.size()); i < maps.size(); ++i)
    texts.push_back(describe_map(program[maps[i]]));
  return (maps.size() > n_shown ? "..., " : "") + join(texts);
}

}  // namespace

std::string describe_map(const Layer& layer) {
  return layer.name + " (" + layer::name_of(layer.operation) + ", " +
         std::to_string(layer.shape[0]) + " x " + std::to_string(layer.shape[1]) + " x " +
         std::to_string(layer.shape[2]) + ")";
}

LayerId find_cam_layer(const LayerProgram& program, const std::vector<std::size_t>& used_outputs,
                       const std::string& name) {
  const std::vector<LayerId> maps = feature_maps(program, used_outputs);
  if (maps.empty()) {
    throw InputError({"the network has no feature map of a convolution with more than one pixel",
                      "a class activation map is a weighted sum of the channels of such a map",
                      "Use --method " + advise_methods([](const MethodNeeds& needs) {
                        return !needs.layer;
                      }) + "."});
  }

  // Without a name the last one, which is known only if all layers are.
  if (name.empty()) {
    if (!program.tail) return maps.back();
    throw InputError(
        {"the last feature map of the network is not known",
         "what follows the operator '" + program.tail->reason + "' is not understood as layers",
         "Choose one in front of it with --cam-layer: " + describe_last(program, maps) + "."});
  }

  const auto found = std::find_if(maps.begin(), maps.end(),
                                  [&](LayerId layer) { return program[layer].name == name; });
  if (found == maps.end()) {
    throw InputError({"--cam-layer is '" + name + "'",
                      "no feature map of the network has that name",
                      "Valid: " + describe_last(program, maps) + "."});
  }
  return *found;
}

}  // namespace csm
