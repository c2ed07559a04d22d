#pragma once
#include <array>
#include <string_view>

namespace csm {

/// A value of an enumeration and the name that it has on the command line, in job files and in
/// result files.
///
/// Each enumeration of an option has its names beside it, in the order of the help:
/// `constexpr auto enum_names(Half) { return std::to_array<EnumName<Half>>({...}); }`.
/// Parsing, help, messages and files take them from there.
template <class Enum>
struct EnumName {
  Enum value;
  std::string_view name;
};

/// The name of one value, such as "front-facing".
template <class Enum>
constexpr std::string_view enum_name(Enum value) {
  for (const EnumName<Enum>& entry : enum_names(value)) {
    if (entry.value == value) return entry.name;
  }
  return "unknown";
}

}  // namespace csm
