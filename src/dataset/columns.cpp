#include "csm/dataset/columns.h"

#include <algorithm>
#include <cstddef>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {

std::string readable_cell(const std::string& cell) {
  std::string line = one_line(cell);
  return line == cell ? line : one_line(trim(cell));
}

Columns::Columns(std::initializer_list<std::pair<std::string, std::string>> entries) {
  std::vector<std::string> names;
  std::vector<std::string> values;
  for (const auto& [name, value] : entries) {
    names.push_back(name);
    values.push_back(value);
  }
  *this = Columns(std::make_shared<const std::vector<std::string>>(std::move(names)), values);
}

Columns::Columns(Names names, std::span<const std::string> values) : names_(std::move(names)) {
  CSM_EXPECT(names_ && names_->size() == values.size());
  std::size_t length = values.size();
  for (const std::string& value : values) length += value.size();
  packed_.reserve(length);
  for (const std::string& value : values) {
    CSM_EXPECT(value.find('\0') == std::string::npos);
    packed_.append(readable_cell(value)).push_back('\0');
  }
}

Columns Columns::from_packed(Names names, std::string packed) {
  CSM_EXPECT(names && std::count(packed.begin(), packed.end(), '\0') ==
                          static_cast<std::ptrdiff_t>(names->size()));
  Columns columns;
  columns.names_ = std::move(names);
  columns.packed_ = std::move(packed);
  return columns;
}

std::optional<std::string> Columns::find(std::string_view name) const {
  if (!names_) return std::nullopt;
  std::size_t begin = 0;
  for (const std::string& other : *names_) {
    const std::size_t end = packed_.find('\0', begin);
    if (other == name) {
      if (end == begin) return std::nullopt;
      return packed_.substr(begin, end - begin);
    }
    begin = end + 1;
  }
  return std::nullopt;
}

std::string Columns::at(std::string_view name) const {
  const std::optional<std::string> value = find(name);
  CSM_EXPECT(value.has_value());
  return *value;
}

std::vector<std::pair<std::string, std::string>> Columns::entries() const {
  std::vector<std::pair<std::string, std::string>> result;
  if (!names_) return result;
  std::size_t begin = 0;
  for (const std::string& name : *names_) {
    const std::size_t end = packed_.find('\0', begin);
    if (end > begin) result.emplace_back(name, packed_.substr(begin, end - begin));
    begin = end + 1;
  }
  return result;
}

}  // namespace csm
