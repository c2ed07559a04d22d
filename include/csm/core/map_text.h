#pragma once
#include <string>

namespace csm {

/// What the values of a saliency map are: texts for plots, report and result file.
struct MapText {
  std::string name = {};  ///< of the method that makes it, such as "Grad-CAM"
  std::string value = "drop of the confidence";
  std::string unit = "1";  ///< of a value: "1" or "logit"
  std::string place = {};  ///< where it is taken, such as "under a square patch"
  std::string high = "places where the value is large";
  std::string low =
      "places where it is negative";  ///< "blue, " goes before it; empty for maps that never are
};

}  // namespace csm
