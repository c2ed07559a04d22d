#include <nlohmann/json.hpp>

#include "csm/core/error.h"
#include "tar_records.h"

namespace csm {

NamedValues fields_of_json(const std::string& text, const std::string& place) {
  const auto object = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) {
    throw InputError({place + " is not a JSON object", "its fields are the sample's columns",
                      "Write {\"gender\": \"female\", \"age\": 31} or leave the file out."});
  }
  NamedValues values;
  for (const auto& [name, value] : object.items()) {
    std::string cell;
    if (value.is_string()) cell = value.get<std::string>();
    if (value.is_boolean()) cell = value.get<bool>() ? "1" : "0";
    if (value.is_number()) cell = value.dump();
    if (cell.find('\0') != std::string::npos)
      throw InputError({place + ": '" + name + "' holds a zero byte", "", "Write text."});
    if (!cell.empty()) values.emplace_back(name, cell);
  }
  return values;
}

}  // namespace csm
