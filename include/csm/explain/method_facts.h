#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "csm/core/map_text.h"

namespace csm {

/// The value of --method for the program's own maps: occlusion at the vertices of the mesh.
inline constexpr std::string_view own_method = "csm";

enum class MethodKind { own, baseline, control };

/// What a method asks of the network and the run.
struct MethodNeeds {
  bool input_gradient = false;  ///< the gradient of the score by the input
  bool guided_rectifiers =
      false;  ///< rectifiers that pass on positive gradients only: the whole network as layers
  bool layer = false;           ///< the activations of one layer, --cam-layer
  bool layer_gradient = false;  ///< the gradient of the score by that layer
  bool reference = false;       ///< an embedding that the image's is compared with: of the second
                                ///< image of a pair, or of a gallery
  bool patches = false;         ///< occluded copies of the image, which an engine computes
  bool seed = false;            ///< random numbers of its own
};

/// What options, help and documentation need to know of a saliency method; method_facts() lists
/// all.
struct MethodFacts {
  std::string name;                        ///< value of --method, such as "grad_cam"
  MethodKind kind = MethodKind::baseline;  ///< control: knows nothing of the network
  std::string title = {};                  ///< for reports, such as "Grad-CAM"
  std::string summary = {};                ///< what the map shows, with its source
  std::string cost = {};                   ///< passes through the network for one image
  bool is_cost_upper_bound = false;        ///< whether an image may need fewer passes
  MethodNeeds needs = {};
};

/// The method of this name. @pre it is among them
const MethodFacts& find_method(std::span<const MethodFacts> methods, std::string_view name);

/// The names of the methods with this property, in their order.
std::vector<std::string> names_of(std::span<const MethodFacts> methods,
                                  bool (*has)(const MethodFacts&));

/// All saliency methods in the order of the help: the program's own first, then baselines, then
/// controls.
const std::vector<MethodFacts>& method_facts();

/// What the values of a method's maps are. @pre the method is one of method_facts
/// @param confidence a value of --confidence, such as "log_odds"
MapText describe_method(const std::string& method, const std::string& confidence);

/// The unit of a confidence: "log odds" (to the base e), "logit", or "1".
std::string unit_of_confidence(const std::string& confidence);

/// A confidence in a sentence: "log odds".
std::string name_of_confidence(std::string confidence);

}  // namespace csm
