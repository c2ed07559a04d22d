#pragma once
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "field_terms.h"
#include "h5_write.h"
#include "result_groups.h"

/// Writes records by their tables of fields. Errors: H5Failure.
namespace csm {

inline H5Handle create_group(hid_t parent, const GroupInfo& info) {
  return create_group(parent, info.name(), std::string(info.nexus_class));
}

inline void write_value(hid_t group, const std::string& name, const std::string& value,
                        const FieldText& text) {
  write_text(group, name, value, text);
}

inline void write_value(hid_t group, const std::string& name,
                        const std::vector<std::string>& values, const FieldText& text) {
  write_texts(group, name, values, text);
}

template <class Value>
void write_value(hid_t group, const std::string& name, const std::vector<Value>& values,
                 const FieldText& text) {
  write_column(group, name, values, text);
}

template <class Value>
void write_value(hid_t group, const std::string& name, const Grid<Value>& grid,
                 const FieldText& text) {
  write_grid(group, name, grid, text);
}

template <class Value>
void write_value(hid_t group, const std::string& name, const H5Array<Value>& array,
                 const FieldText& text) {
  write_array<Value>(group, name, array.values, array.shape, text, array.compression);
}

template <class Value>
requires std::is_arithmetic_v<Value>
void write_value(hid_t group, const std::string& name, Value value, const FieldText& text) {
  write_number(group, name, value, text);
}

/// Whether a value has nothing to write; a number never.
template <class Value>
bool is_nothing(const Value& value) {
  if constexpr (std::is_arithmetic_v<Value>)
    return false;
  else if constexpr (requires { value.values.empty(); })
    return value.values.empty();
  else
    return value.empty();
}

/// A data set for each field of one record.
template <class Fields, class Record>
void write_record(hid_t group, const Fields& fields, const Record& record,
                  const FieldTerms& terms) {
  for_each_field(fields, [&](const auto& field) {
    const auto& value = std::invoke(field.access, record);
    if (field.is_optional && is_nothing(value)) return;
    write_value(group, std::string(field.name), value, describe_field(field, terms));
  });
}

/// One field of all rows, or of what pointers to rows point to.
template <class Access, class Rows>
auto column_of(const Field<Access>& field, const Rows& rows) {
  using Row = typename Rows::value_type;
  std::vector<std::remove_cvref_t<std::invoke_result_t<Access, const Row&>>> values;
  values.reserve(rows.size());
  for (const auto& row : rows) values.push_back(std::invoke(field.access, row));
  return values;
}

/// A column for each field of a table's rows.
template <class Fields, class Rows>
void write_table(hid_t group, const Fields& fields, const Rows& rows, const FieldTerms& terms) {
  for_each_field(fields, [&](const auto& field) {
    write_value(group, std::string(field.name), column_of(field, rows),
                describe_field(field, terms));
  });
}

}  // namespace csm
