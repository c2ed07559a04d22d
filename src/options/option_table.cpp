#include "option_table.h"

#include <algorithm>
#include <utility>

#include "csm/core/error.h"
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

OptionTable OptionTable::of(std::vector<OptionEntry> entries) {
  OptionTable table(std::span<const MethodFacts>{});
  table.entries_ = std::move(entries);
  return table;
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

void set_option(Options& options, const GivenValue& given, const OptionEntry& entry) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
  if (given.text.empty()) {
    throw InputError({given.origin + " has no value", entry.meaning,
                      entry.placeholder.empty()
                          ? "Valid: on, off."
                          : "Give a value of the form " + entry.placeholder + "."});
  }
  if (std::any_of(given.text.begin(), given.text.end(), is_control)) {
    throw InputError({given.origin + " holds a control character, such as a line break",
                      entry.meaning,
                      "Give a value of the form " + entry.placeholder + " without it."});
  }
  entry.set(options, given, entry.meaning);
}

}  // namespace csm
