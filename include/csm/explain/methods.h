#pragma once
#include <string>
#include <vector>

#include "csm/core/map_text.h"
#include "csm/explain/method_facts.h"

namespace csm {

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
