#pragma once
#include <string>

#include "csm/core/map_words.h"
#include "csm/options/options.h"

namespace csm {

/// What the values of a method's maps are.
/// @param confidence_word "probability", "logit", "cosine" or "verification"
MapWords describe_method(Method method, const std::string& confidence_word);

}  // namespace csm
