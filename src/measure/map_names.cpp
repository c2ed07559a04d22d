#include "csm/measure/map_names.h"

#include <algorithm>

#include "csm/core/error.h"
#include "csm/explain/method_facts.h"

namespace csm {
namespace {

bool is_method(const std::string& name) {
  const std::vector<MethodFacts>& methods = method_facts();
  return std::any_of(methods.begin(), methods.end(),
                     [&](const MethodFacts& method) { return method.name == name; });
}

}  // namespace

bool MapNames::is_taken(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

void MapNames::add(const std::string& name) {
  CSM_EXPECT(!is_taken(name));
  names_.push_back(name);
}

std::string MapNames::add_numbered(const std::string& base,
                                   const std::vector<std::string>& endings) {
  std::string name = base;
  const auto some_taken = [&] {
    return std::any_of(endings.begin(), endings.end(),
                       [&](const std::string& end) { return is_taken(name + end); });
  };
  for (int i = 2; some_taken(); ++i) name = base + "_" + std::to_string(i);
  for (const std::string& ending : endings) add(name + ending);
  return name;
}

void MapNames::add_given(const std::string& name, const std::vector<std::string>& endings) {
  for (const std::string& ending : endings) {
    const std::string full = name + ending;
    if (!is_method(full) && !is_taken(full)) continue;
    throw InputError(
        {"--evaluate-cms calls a map '" + name + "', but " +
             (is_method(full) ? "a method" : "another map") + " is called '" + full + "'",
         "the tables could not tell them apart", "Give it another name, NAME=FILE.h5."});
  }
  for (const std::string& ending : endings) add(name + ending);
}

}  // namespace csm
