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

/// A CSV file with a header. Every row has as many cells as the header, and at least one that is
/// not empty.
struct CsvTable {
  std::filesystem::path file;
  std::vector<std::string> header;
  std::vector<CsvRow> rows;

  /// The index of a column; none if there is no such column.
  std::optional<std::size_t> column(std::string_view name) const;

  /// The index of a column that must exist. Errors: InputError that lists the columns there are.
  std::size_t required_column(std::string_view name) const;

  /// The place of a row for messages.
  std::string place(const CsvRow& row) const;
};

/// Reads a CSV file (RFC 4180) as spreadsheets and pandas write it. csm shards keeps to
/// the same rule, and tests/support/manifests.json holds files that both must read alike:
/// - UTF-8, or UTF-16 with a byte order mark; line ends LF, CRLF or CR
/// - separated as in a first line "sep=;"; else by the one of comma, semicolon and tab that the
/// header has most of
/// - blanks around a cell are not part of it, those in quotes are
/// - columns without a name (an index of rows, empty last cells) and rows without a value are left
/// out
/// - if semicolons separate, a comma between digits is a decimal point
/// Errors: InputError with file and line for an unreadable or empty file, another encoding, a zero
/// byte, an open quote, text after a closing quote, a row with too few or too many cells, a double
/// column name.
CsvTable read_csv(const std::filesystem::path& file);

/// The text of a CSV file as UTF-8 with line ends "\n", whatever spreadsheet wrote it: UTF-8 or
/// UTF-16, with or without a byte order mark (UTF-16 with one), line ends LF, CRLF or CR. Errors:
/// InputError for a file that cannot be read, a workbook, a zero byte, bytes that are not UTF-8.
std::string read_csv_text(const std::filesystem::path& file);

}  // namespace csm
