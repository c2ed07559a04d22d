#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "csm/store/field.h"
#include "h5_write.h"
#include "result_groups.h"

namespace csm {

/// A field as the reference and schema.json have it.
struct FieldSchema {
  std::string_view name;
  std::string_view type;          ///< text, or a type of NumPy: float32
  std::vector<std::string> axes;  ///< none: one value
  std::string_view unit;
  std::string_view long_name;
  std::string_view equation;
  std::string_view baseline_name;
  bool is_optional = false;
};

/// A group of the result file with its data sets.
struct GroupSchema {
  GroupInfo group;
  std::vector<FieldSchema> fields;
  std::string_view any_name = {};  ///< what the names of its texts are, if they are free
};

/// The type and the number of axes of what a field's value is written as.
template <class Value>
struct StoredType {
  using Element = Value;
  static constexpr int n_axes = 0;
};
template <class Value>
struct StoredType<std::vector<Value>> {
  using Element = Value;
  static constexpr int n_axes = 1;
};
template <class Value>
struct StoredType<Grid<Value>> {
  using Element = Value;
  static constexpr int n_axes = 2;
};
template <class Value>
struct StoredType<H5Array<Value>> {
  using Element = Value;
  static constexpr int n_axes = -1;  ///< the field has them
};

template <class Value>
constexpr std::string_view type_name() {
  if constexpr (std::is_same_v<Value, std::string>) return "text";
  if constexpr (std::is_same_v<Value, float>) return "float32";
  if constexpr (std::is_same_v<Value, double>) return "float64";
  if constexpr (std::is_same_v<Value, std::uint8_t>) return "uint8";
  if constexpr (std::is_same_v<Value, std::int32_t>) return "int32";
  if constexpr (std::is_same_v<Value, std::int64_t>) return "int64";
  if constexpr (std::is_same_v<Value, std::uint64_t>) return "uint64";
}

/// The names in "image, map", or of the group's rows, or y and x of a map.
std::vector<std::string> axes_of(std::string_view axes, std::string_view rows, int n_axes);

/// The schema of the fields of a record.
/// @tparam n_row_axes 1: the record is a row of a table; 0: it is all
template <class Record, int n_row_axes, class Fields>
void add_fields(GroupSchema& schema, const Fields& fields) {
  for_each_field(fields, [&]<class Access>(const Field<Access>& field) {
    using Type = StoredType<std::remove_cvref_t<std::invoke_result_t<Access, const Record&>>>;
    schema.fields.push_back(
        {.name = field.name,
         .type = type_name<typename Type::Element>(),
         .axes = axes_of(field.axes, schema.group.rows, Type::n_axes + n_row_axes),
         .unit = field.unit,
         .long_name = field.long_name,
         .equation = field.equation,
         .baseline_name = field.baseline_name,
         .is_optional = field.is_optional});
  });
}

template <class Record, class Fields>
GroupSchema table_schema(const GroupInfo& group, const Fields& fields) {
  GroupSchema schema{.group = group, .fields = {}};
  add_fields<Record, 1>(schema, fields);
  return schema;
}

template <class Record, class Fields>
GroupSchema record_schema(const GroupInfo& group, const Fields& fields) {
  GroupSchema schema{.group = group, .fields = {}};
  add_fields<Record, 0>(schema, fields);
  return schema;
}

/// Version of the layout of the result file: the first number changes if a reader of the earlier
/// one would fail.
inline constexpr const char* schema_version = "1.4";

/// All groups of the result file with their data sets, parents before what they hold.
std::vector<GroupSchema> result_schema();

}  // namespace csm
