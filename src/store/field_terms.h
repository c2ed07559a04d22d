#pragma once
#include <string>
#include <string_view>

#include "csm/store/field.h"
#include "csm/store/result.h"
#include "h5_write.h"

namespace csm {

/// What names in braces in the texts of fields mean in one file: {map_unit} is map_unit.
struct FieldTerms {
  std::string confidence;       ///< in a sentence: "log odds"
  std::string confidence_unit;  ///< "log odds", "logit" or "1"
  std::string map_value;        ///< what a value of the map is: "drop of the probability"
  std::string map_unit;
  std::string group_by;      ///< column of --group-by
  std::string compared;      ///< two groups: "male minus female"
  std::string measure;       ///< of faithfulness
  std::string measure_unit;  ///< "%", "1" or "log odds"
  bool is_own_method = true;
};

FieldTerms terms_of(const Result& result);

/// The same for another map of the run, with values of another kind.
FieldTerms for_map(FieldTerms terms, const MapText& words);

/// The text with what the names in braces mean. @pre they are members of FieldTerms
std::string fill_in(std::string_view text, const FieldTerms& terms);

/// The attributes of a field in a file.
template <class Access>
FieldText describe_field(const Field<Access>& field, const FieldTerms& terms) {
  const bool is_other = !terms.is_own_method && !field.baseline_name.empty();
  return {.long_name = fill_in(is_other ? field.baseline_name : field.long_name, terms),
          .units = fill_in(field.unit, terms),
          .equation = is_other ? std::string() : std::string(field.equation)};
}

}  // namespace csm
