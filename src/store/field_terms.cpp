#include "field_terms.h"

#include <algorithm>
#include <array>
#include <utility>

#include "csm/core/error.h"
#include "csm/explain/method_facts.h"

namespace csm {

FieldTerms terms_of(const Result& result) {
  return {.confidence = result.confidence_name,
          .confidence_unit = result.confidence_unit,
          .map_value = result.words.value,
          .map_unit = result.words.unit,
          .group_by = result.group_by,
          .compared = {},
          .measure = {},
          .measure_unit = {},
          .is_own_method = result.method == own_method};
}

FieldTerms for_map(FieldTerms terms, const MapText& words) {
  terms.map_value = words.value;
  terms.map_unit = words.unit;
  return terms;
}

std::string fill_in(std::string_view text, const FieldTerms& terms) {
  const std::array<std::pair<std::string_view, const std::string*>, 8> meanings = {
      {{"confidence", &terms.confidence},
       {"confidence_unit", &terms.confidence_unit},
       {"map_value", &terms.map_value},
       {"map_unit", &terms.map_unit},
       {"group_by", &terms.group_by},
       {"compared", &terms.compared},
       {"measure", &terms.measure},
       {"measure_unit", &terms.measure_unit}}};

  std::string filled;
  while (true) {
    const std::size_t open = text.find('{');
    filled += text.substr(0, open);
    if (open == std::string_view::npos) return filled;

    // The name up to the closing brace is replaced by its meaning.
    const std::size_t close = text.find('}', open);
    CSM_EXPECT(close != std::string_view::npos);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto* found = std::find_if(meanings.begin(), meanings.end(),
                                     [&](const auto& meaning) { return meaning.first == name; });
    CSM_EXPECT(found != meanings.end());
    filled += *found->second;
    text.remove_prefix(close + 1);
  }
}

}  // namespace csm
