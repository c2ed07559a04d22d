#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace csm {

/// A class name or label in the form in which two ways to write it are equal: trimmed, lower case,
/// blanks, '_' and '-' alike, "center" as "centre". The number "1.0" is "1", as tables with an
/// empty cell write it.
std::string plain_label(std::string_view text);

/// The column of a table that is called `name`, else the only one that is called so but for
/// capitals, blanks, '_' and '-' ("Gender" for gender); none if there is no such column.
std::optional<std::string> column_like(std::span<const std::string> columns, std::string_view name);

/// The first of the synonyms that a plain name belongs to, such as "happy" for "happiness" and
/// "male" for "m"; empty if it has none. Only what is certain: numbers have none.
std::string_view synonym_of(std::string_view plain);

/// Whether a text names a class of gender, expression or age ("female", "happy", "20-29") and so no
/// person.
bool is_class_label(std::string_view text);

/// Whether a text is one that tables have where nothing is known: NA, nan, -, ?, unknown, none, n/a
/// or null, in any case.
bool looks_missing(std::string_view text);

}  // namespace csm
