#pragma once
#include <string>

#include "csm/options/options.h"

namespace csm {

/// What the values of a method's maps are, in words for pictures, report and result file.
struct MethodWords {
  std::string name;   ///< "Grad-CAM"
  std::string value;  ///< what a value is, such as "drop of the probability"
  std::string unit;   ///< of a value: "1" or "logit"
  std::string place;  ///< where it is taken, such as "where a square patch covers the face"
  std::string high;   ///< "places where a patch over the face lowers the network's probability"
  std::string low;    ///< the rest of "blue, places where it raises it"; empty for maps that are never negative
};

/// @param confidence_word "probability", "logit", "cosine" or "verification"
MethodWords describe_method(Method method, const std::string& confidence_word);

}  // namespace csm
