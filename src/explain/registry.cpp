#include <algorithm>
#include <iterator>

#include "canonical_saliency.h"
#include "centre_gaussian.h"
#include "corr_rise.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/explain/method_facts.h"
#include "fggb.h"
#include "grad_cam.h"
#include "grad_cam_pp.h"
#include "gradient.h"
#include "guided_backprop.h"
#include "guided_grad_cam_pp.h"
#include "integrated_gradients.h"
#include "random_control.h"
#include "rise.h"
#include "saliency_method.h"
#include "score_cam.h"
#include "sliding_occlusion.h"
#include "smoothgrad.h"
#include "xssab.h"

namespace csm {

const std::vector<SaliencyMethod>& saliency_methods() {
  static const std::vector<SaliencyMethod> methods = {canonical_saliency_method(),
                                                      gradient_method(),
                                                      smoothgrad_method(),
                                                      integrated_gradients_method(),
                                                      guided_backprop_method(),
                                                      grad_cam_method(),
                                                      grad_cam_pp_method(),
                                                      guided_grad_cam_pp_method(),
                                                      score_cam_method(),
                                                      sliding_occlusion_method(),
                                                      rise_method(),
                                                      corr_rise_method(),
                                                      fggb_method(),
                                                      xssab_method(),
                                                      random_method(),
                                                      centre_gaussian_method()};
  return methods;
}

const SaliencyMethod& find_saliency_method(std::string_view name) {
  const std::vector<SaliencyMethod>& methods = saliency_methods();
  const auto found =
      std::find_if(methods.begin(), methods.end(),
                   [&](const SaliencyMethod& method) { return method.facts.name == name; });
  CSM_EXPECT(found != methods.end());
  return *found;
}

std::string advise_methods(bool (*has)(const MethodNeeds& needs)) {
  std::vector<std::string> names;
  for (const SaliencyMethod& method : saliency_methods()) {
    if (method.facts.kind != MethodKind::control && has(method.facts.needs))
      names.push_back(method.facts.name);
  }
  return enumerate(names, "or");
}

const std::vector<MethodFacts>& method_facts() {
  static const std::vector<MethodFacts> facts = [] {
    std::vector<MethodFacts> of_all;
    const std::vector<SaliencyMethod>& methods = saliency_methods();
    std::transform(methods.begin(), methods.end(), std::back_inserter(of_all),
                   [](const SaliencyMethod& method) { return method.facts; });
    return of_all;
  }();
  return facts;
}

std::string unit_of_confidence(const std::string& confidence) {
  if (confidence == "logit") return "logit";
  return confidence == "log_odds" ? "log odds" : "1";
}

std::string name_of_confidence(std::string confidence) {
  std::replace(confidence.begin(), confidence.end(), '_', ' ');
  return confidence;
}

MapText describe_method(const std::string& method, const std::string& confidence) {
  const SaliencyMethod& found = find_saliency_method(method);
  MapText text = found.describe(
      {.name = name_of_confidence(confidence), .unit = unit_of_confidence(confidence)});
  text.name = found.facts.title;
  return text;
}

}  // namespace csm
