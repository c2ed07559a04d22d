#pragma once
#include <string>
#include <utility>
#include <vector>

namespace csm {

/// Names and values of one sample's labels.
using NamedValues = std::vector<std::pair<std::string, std::string>>;

/// The fields of a JSON object that are texts, numbers or truth values (1 or 0), in their order;
/// others are left out. Errors: InputError, begun with `place`, if the text is not a JSON object or
/// a text holds a zero byte.
NamedValues fields_of_json(const std::string& text, const std::string& place);

}  // namespace csm
