#include "csm/explain/describe_method.h"

#include <algorithm>

namespace csm {
namespace {

/// Of gradients by the input, which is normalised and has no unit.
MapWords gradient_words(const std::string& name, const std::string& confidence, const std::string& unit) {
  return {.name = name,
          .value = "largest gradient of the " + confidence + " over the colours",
          .unit = unit,
          .place = "by the normalised input",
          .high = "places where a small change of the colour changes the network's " + confidence + " most",
          .low = ""};
}

MapWords cam_words(const std::string& name, const std::string& confidence) {
  return {.name = name,
          .value = name + " of the " + confidence,
          .unit = "1",
          .place = "from a layer's feature maps",
          .high = "places where feature maps are active that speak for the network's " + confidence,
          .low = ""};
}

}  // namespace

std::string unit_of_confidence(const std::string& word) {
  if (word == "logit") return "logit";
  return word == "log_odds" ? "log odds" : "1";
}

std::string name_of_confidence(std::string word) {
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

MapWords describe_method(Method method, const std::string& word) {
  const std::string unit = unit_of_confidence(word);
  const std::string confidence = name_of_confidence(word);
  switch (method) {
    case Method::csm:
      return {.name = "Canonical saliency",
              .value = "drop of the " + confidence,
              .unit = unit,
              .place = "where a square patch covers the face",
              .high = "places where a patch over the face lowers the network's " + confidence,
              .low = "places where it raises it"};
    case Method::gradient:
      return gradient_words("Gradient", confidence, unit);
    case Method::smoothgrad: {
      MapWords words = gradient_words("SmoothGrad", confidence, unit);
      words.place = "by the normalised input, mean over noisy copies";
      return words;
    }
    case Method::integrated_gradients:
      return {.name = "Integrated gradients",
              .value = "integrated gradient of the " + confidence,
              .unit = unit,
              .place = "summed over the colours of a pixel",
              .high = "places that raise the network's " + confidence + " above that of an image of the fill",
              .low = "places that lower it"};
    case Method::guided_backprop: {
      MapWords words = gradient_words("Guided backpropagation", confidence, unit);
      words.value = "largest guided gradient of the " + confidence + " over the colours";
      return words;
    }
    case Method::grad_cam:
      return cam_words("Grad-CAM", confidence);
    case Method::grad_cam_pp:
      return cam_words("Grad-CAM++", confidence);
    case Method::guided_grad_cam_pp: {
      MapWords words = cam_words("Guided Grad-CAM++", confidence);
      words.place = "from a layer's feature maps, times the guided gradient by the input";
      words.high += " and the guided gradient is large";
      return words;
    }
    case Method::score_cam:
      return cam_words("Score-CAM", confidence);
    case Method::sliding_occlusion:
      return {.name = "Sliding occlusion",
              .value = "drop of the " + confidence,
              .unit = unit,
              .place = "under the windows of a grid over the image",
              .high = "places where a window over the image lowers the network's " + confidence,
              .low = "places where it raises it"};
    case Method::rise:
      return {.name = "RISE",
              .value = "mean " + confidence + " where the pixel is seen, less the mean",
              .unit = unit,
              .place = "through random masks",
              .high = "places that raise the network's " + confidence + " where they are seen",
              .low = "places that lower it"};
    case Method::random:
      return {.name = "Random control",
              .value = "smooth random number",
              .unit = "1",
              .place = "that knows nothing of the network",
              .high = "large random numbers",
              .low = "negative ones"};
    case Method::centre_gaussian:
      return {.name = "Centre control",
              .value = "Gaussian at the centre of the face",
              .unit = "1",
              .place = "that knows nothing of the network",
              .high = "the centre of the face",
              .low = ""};
  }
  return {};
}

}  // namespace csm
