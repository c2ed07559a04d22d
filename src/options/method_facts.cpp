#include "csm/options/method_facts.h"

#include <algorithm>

#include "csm/core/error.h"
#include "csm/options/options.h"

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

bool covers_images(const Options& options, std::span<const MethodFacts> methods) {
  const auto covers = [&](const std::string& name) {
    return find_method(methods, name).needs.patches;
  };
  const std::vector<std::string>& evaluated = options.study.evaluate;
  return covers(options.explain.method) || std::any_of(evaluated.begin(), evaluated.end(), covers);
}

}  // namespace csm
