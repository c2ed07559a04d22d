#pragma once
#include <string_view>
#include <tuple>
#include <type_traits>

namespace csm {

/// A data set of the result file, or a column of one of its tables: how its value is read from a
/// record, and what it means. Texts may hold names in braces, such as {map_unit}: a member of
/// FieldTerms, known when the file is written.
template <class Access>
struct Field {
  Access access;                   ///< a member of the record, or a function of it
  std::string_view name;           ///< of the data set
  std::string_view unit;           ///< "1" for counts, shares and indices; empty for texts
  std::string_view long_name;      ///< one phrase
  std::string_view equation = {};  ///< of the paper, such as "Eq. (1)"
  std::string_view axes = {};      ///< "rank, phase"; empty: those of the group
  std::string_view baseline_name =
      {};  ///< long name, without equation, of another method's map; empty: the same
  bool is_optional = false;  ///< left out of the file if it is empty

  constexpr Field with_equation(std::string_view text) const {
    Field changed = *this;
    changed.equation = text;
    return changed;
  }
  constexpr Field with_axes(std::string_view names) const {
    Field changed = *this;
    changed.axes = names;
    return changed;
  }
  constexpr Field for_baselines(std::string_view text) const {
    Field changed = *this;
    changed.baseline_name = text;
    return changed;
  }
  constexpr Field if_any() const {
    Field changed = *this;
    changed.is_optional = true;
    return changed;
  }
};

template <class Access>
constexpr Field<Access> field(Access access, std::string_view name, std::string_view unit,
                              std::string_view long_name) {
  return {access, name, unit, long_name};
}

/// Calls visit(field) for every field of a table, a tuple, in its order.
template <class Fields, class Visit>
constexpr void for_each_field(const Fields& fields, Visit&& visit) {
  std::apply([&](const auto&... each) { (visit(each), ...); }, fields);
}

/// The name of the field that has this member; empty if none has.
template <class Fields, class Record, class Value>
constexpr std::string_view name_of(const Fields& fields, Value Record::*member) {
  std::string_view name;
  for_each_field(fields, [&]<class Access>(const Field<Access>& each) {
    if constexpr (std::is_same_v<Access, Value Record::*>) {
      if (each.access == member) name = each.name;
    }
  });
  return name;
}

}  // namespace csm
