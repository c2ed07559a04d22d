#pragma once
#include <filesystem>
#include <string>

namespace csm {

/// The text of a CSV file as UTF-8 with line ends "\n", whatever spreadsheet wrote it: UTF-8 or
/// UTF-16, with or without a byte order mark (UTF-16 with one), line ends LF, CRLF or CR. Errors:
/// InputError for a file that cannot be read, a workbook, a zero byte, bytes that are not UTF-8.
std::string read_csv_text(const std::filesystem::path& file);

}  // namespace csm
