#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace csm {

struct CsvRow {
  std::size_t line = 0;  ///< 1-based line of the file where the row begins
  std::vector<std::string> cells;
};

/// "'FILE', line 12": a place in a text file for messages.
std::string line_of_file(const std::filesystem::path& file, std::size_t line);

/// A CSV file with a header. Every row has as many cells as the header.
struct CsvTable {
  std::filesystem::path file;
  std::vector<std::string> header;
  std::vector<CsvRow> rows;

  /// The index of a column; none where there is no such column.
  std::optional<std::size_t> column(std::string_view name) const;

  /// The index of a column that must exist. Errors: InputError that lists the columns there are.
  std::size_t required_column(std::string_view name) const;

  /// The place of a row for messages.
  std::string place(const CsvRow& row) const;
};

/// Reads a CSV file (RFC 4180; also a byte order mark, LF or CRLF, blank lines, cells trimmed outside quotes).
/// Errors: InputError with file and line for an unreadable or empty file, UTF-16, a zero byte, an open quote, text
/// behind a closing quote, a row with too few or too many cells, an empty or double column name.
CsvTable read_csv(const std::filesystem::path& file);

}  // namespace csm
