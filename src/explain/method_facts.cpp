#include "csm/explain/method_facts.h"

#include <algorithm>

#include "csm/core/error.h"

namespace csm {

const MethodFacts& find_method(std::span<const MethodFacts> methods, std::string_view name) {
  const auto found = std::find_if(methods.begin(), methods.end(),
                                  [&](const MethodFacts& facts) { return facts.name == name; });
  CSM_EXPECT(found != methods.end());
  return *found;
}

std::vector<std::string> names_of(std::span<const MethodFacts> methods,
                                  bool (*has)(const MethodFacts&)) {
  std::vector<std::string> names;
  for (const MethodFacts& facts : methods) {
    if (has(facts)) names.push_back(facts.name);
  }
  return names;
}

}  // namespace csm
