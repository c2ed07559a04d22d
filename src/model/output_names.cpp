#include "output_names.h"

#include <algorithm>

#include "csm/core/text.h"
#include "tensor_message.h"

namespace csm {

std::vector<std::string> names_of_outputs(std::span<const std::string> there,
                                          const ModelContract& contract) {
  const auto is_there = [&](const std::string& name) {
    return std::find(there.begin(), there.end(), name) != there.end();
  };
  std::vector<std::string> names;
  for (const OutputContract& output : contract.outputs) names.push_back(output.name);
  if (std::all_of(names.begin(), names.end(), is_there)) return names;
  if (there.size() != names.size()) {
    throw MessageFault("names the outputs " + quote_outside(join(there)) + ", the contract names " +
                       join(names));
  }
  return {there.begin(), there.end()};
}

}  // namespace csm
