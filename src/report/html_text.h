#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace csm {

/// The text as valid UTF-8, with the characters that HTML reads as its own turned into entities;
/// safe in element content and quoted attributes.
std::string escape_html(std::string_view text);

/// [RFC 4648] base 64, with padding.
std::string base64(std::string_view bytes);

/// An image element with the PNG inside. `alternative` is a text of what it shows.
std::string png_element(std::string_view png, const std::string& alternative);

/// A table; the first row is the head. Cells are escaped; columns from `first_number_column` on are
/// set as numbers.
std::string table_element(const std::vector<std::vector<std::string>>& rows,
                          std::size_t first_number_column);

}  // namespace csm
