#include "option_table.h"

#include <algorithm>

#include "stage_entries.h"

namespace csm {

OptionTable::OptionTable(std::span<const MethodFacts> methods) {
  for (const std::vector<OptionEntry>& group :
       {run_entries(), stop_entries(), dataset_entries(), model_entries(), service_entries(),
        mesh_entries(), occlusion_entries(), explain_entries(methods), study_entries(methods),
        saliency_entries(), inference_entries(), output_entries()}) {
    entries_.insert(entries_.end(), group.begin(), group.end());
  }
}

const OptionEntry* OptionTable::find(const std::string& name) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const OptionEntry& entry) { return entry.name == name; });
  return found == entries_.end() ? nullptr : &*found;
}

std::vector<std::string> OptionTable::names() const {
  std::vector<std::string> names;
  for (const OptionEntry& entry : entries_) names.push_back(entry.name);
  return names;
}

}  // namespace csm
