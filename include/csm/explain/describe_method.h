#pragma once
#include <string>

#include "csm/core/map_words.h"
#include "csm/options/options.h"

namespace csm {

/// What the values of a method's maps are.
/// @param confidence_word a value of --confidence, such as "log_odds"
MapWords describe_method(Method method, const std::string& confidence_word);

/// The unit of a confidence: "log odds" (to the base e), "logit", or "1".
std::string unit_of_confidence(const std::string& confidence_word);

/// A confidence in a sentence: "log odds".
std::string name_of_confidence(std::string confidence_word);

}  // namespace csm
