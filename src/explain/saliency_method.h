#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/map_text.h"
#include "csm/explain/explainer.h"
#include "csm/explain/method_facts.h"

namespace csm {

struct MethodContext;
class ExplainedImage;

/// A confidence in sentences and axes.
struct ConfidenceText {
  std::string name;  ///< "log odds"
  std::string unit;  ///< "log odds", "logit" or "1"
};

/// A way to make the saliency map of an image. Each has a file of its own and is listed once in the
/// list of registry.cpp.
struct SaliencyMethod {
  MethodFacts facts;

  /// What the values of its maps are; the name is filled in from the facts.
  MapText (*describe)(const ConfidenceText& confidence);

  /// Passes through the network for one image, besides that of the clean image for the prediction;
  /// nullptr: none.
  PassesPerImage (*passes)(const MethodContext& context) = nullptr;

  /// Refuses options that do not fit the method and the network; nullptr: none. Errors: InputError.
  void (*check)(const MethodContext& context) = nullptr;

  /// Returns the saliency on the network's input (H x W), a function of image, target, seed and
  /// options only; nullptr: the map is made by occlusion at the vertices of the mesh. Errors:
  /// RunError if the network fails, ImageError if this image has no map.
  Grid<float> (*map)(ExplainedImage& image) = nullptr;
};

/// All methods, in the order of the help.
const std::vector<SaliencyMethod>& saliency_methods();

/// The method of this name. @pre there is one
const SaliencyMethod& find_saliency_method(std::string_view name);

/// The methods that look at the network and have this property, for advice: "csm, gradient or
/// rise".
std::string advise_methods(bool (*has)(const MethodNeeds& needs));

}  // namespace csm
