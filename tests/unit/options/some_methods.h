#pragma once
#include <vector>

#include "csm/explain/method_facts.h"

namespace csm::test {

/// A list of methods: the options know no others, so that their tests need no stage that makes
/// maps.
inline const std::vector<MethodFacts>& some_methods() {
  static const std::vector<MethodFacts> methods = {
      {.name = "csm", .kind = MethodKind::own, .needs = {.patches = true}},
      {.name = "gradient", .needs = {.input_gradient = true}},
      {.name = "smoothgrad", .needs = {.input_gradient = true}},
      {.name = "grad_cam", .needs = {.layer = true}},
      {.name = "score_cam", .needs = {.layer = true}},
      {.name = "sliding_occlusion", .needs = {.patches = true}},
      {.name = "rise"},
      {.name = "xssab", .needs = {.input_gradient = true, .reference = true}},
      {.name = "random", .kind = MethodKind::control}};
  return methods;
}

}  // namespace csm::test
