#include "csv.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/columns.h"

namespace csm {
namespace {

/// Takes the line "sep=;" from the text, which Excel writes and reads as the first; none if there
/// is none.
std::optional<char> take_separator_line(std::string& text) {
  constexpr std::size_t length = 5;
  if (text.size() < length || to_lower(text.substr(0, 4)) != "sep=") return std::nullopt;
  if (text.size() > length && text[length] != '\n') return std::nullopt;
  const char separator = text[4];
  text.replace(0, length, "");  // the empty line stays, so that lines keep their numbers
  return separator;
}

/// The one of comma, semicolon and tab that the first line with text has most of outside quotes; a
/// comma if it has none.
char find_separator(std::string_view text) {
  constexpr std::array separators = {',', ';', '\t'};
  std::array<int, separators.size()> n_found{};
  bool is_quoted = false;
  for (const char c : text.substr(std::min(text.find_first_not_of(" \n"), text.size()))) {
    if (c == '"') is_quoted = !is_quoted;
    if (is_quoted) continue;
    if (c == '\n') break;
    for (std::size_t i = 0; i < separators.size(); ++i) n_found[i] += c == separators[i] ? 1 : 0;
  }
  return separators[std::max_element(n_found.begin(), n_found.end()) - n_found.begin()];
}

/// Walks over the text once and hands out its rows.
class Reader {
 public:
  Reader(const std::filesystem::path& file, std::string text)
      : file_(file), text_(std::move(text)) {
    separator_ = take_separator_line(text_).value_or('\0');
    if (separator_ == '\0') separator_ = find_separator(text_);
  }

  char separator() const { return separator_; }
  bool at_end() const { return position_ >= text_.size(); }

  CsvRow next_row() {
    CsvRow row{line_, {}};
    for (;;) {
      row.cells.push_back(next_cell());
      if (at_end()) return row;
      const char c = text_[position_++];
      if (c == separator_) continue;
      ++line_;
      return row;
    }
  }

 private:
  bool at_cell_end() const {
    return at_end() || text_[position_] == separator_ || text_[position_] == '\n';
  }
  bool at_blank() const {
    return !at_cell_end() && (text_[position_] == ' ' || text_[position_] == '\t');
  }

  std::string next_cell() {
    while (at_blank()) ++position_;
    if (!at_end() && text_[position_] == '"') {
      ++position_;
      return quoted_cell();
    }
    const std::size_t begin = position_;
    while (!at_cell_end()) ++position_;
    return with_decimal_point(trim(std::string_view(text_).substr(begin, position_ - begin)));
  }

  std::string quoted_cell() {
    const std::size_t first_line = line_;
    std::string cell;
    for (;;) {
      if (at_end())
        throw InputError(line_of_file(file_, first_line) +
                         ": a quote (\") is opened and never closed.");
      const char c = text_[position_++];
      if (c == '\n') ++line_;
      if (c != '"') {
        cell.push_back(c);
      } else if (!at_end() && text_[position_] == '"') {
        cell.push_back('"');
        ++position_;
      } else {
        break;
      }
    }
    while (at_blank()) ++position_;
    if (!at_cell_end()) {
      throw InputError(line_of_file(file_, line_) +
                       ": text follows a closing quote (\"). Write a quote inside quotes as \"\".");
    }
    return cell;
  }

  /// Spreadsheets separate by semicolons if a comma separates decimals: "1,5" is the number 1.5
  /// there.
  std::string with_decimal_point(std::string cell) const {
    if (separator_ != ';') return cell;
    const std::size_t comma = cell.find(',');
    const std::size_t first = cell.starts_with('-') || cell.starts_with('+') ? 1 : 0;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (comma == std::string::npos || comma == first || comma + 1 == cell.size()) return cell;
    const auto begin = cell.begin() + static_cast<std::ptrdiff_t>(first);
    const auto middle = cell.begin() + static_cast<std::ptrdiff_t>(comma);
    if (std::all_of(begin, middle, is_digit) && std::all_of(middle + 1, cell.end(), is_digit))
      cell[comma] = '.';
    return cell;
  }

  const std::filesystem::path& file_;
  std::string text_;
  char separator_ = ',';
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

bool is_blank(const CsvRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(),
                     [](const std::string& cell) { return cell.empty(); });
}

void check_header(const CsvTable& table, std::size_t line) {
  std::set<std::string> seen;
  for (const std::string& name : table.header) {
    if (!seen.insert(readable_cell(name)).second)
      throw InputError(line_of_file(table.file, line) + ": two columns are named '" +
                       shown_value(name) + "'.");
  }
}

/// The cells of the columns that have a name.
std::vector<std::string> named_cells(const std::vector<std::string>& cells,
                                     const std::vector<std::size_t>& named) {
  std::vector<std::string> result;
  result.reserve(named.size());
  for (const std::size_t column : named) result.push_back(cells[column]);
  return result;
}

}  // namespace

std::string line_of_file(const std::filesystem::path& file, std::size_t line) {
  std::string text(1, '\'');  // "'" + file.string() sets off a false warning of GCC 12
  text.append(file.string()).append("', line ").append(std::to_string(line));
  return text;
}

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

std::size_t CsvTable::required_column(std::string_view name) const {
  if (const auto index = column(name)) return *index;
  const auto nearest = nearest_text(name, header);
  throw InputError("'" + file.string() + "' has no column '" + std::string(name) +
                   "'. Its columns are: " + join(header) + "." +
                   (nearest ? " Is it '" + *nearest + "'?" : ""));
}

std::string CsvTable::place(const CsvRow& row) const { return line_of_file(file, row.line); }

CsvTable read_csv(const std::filesystem::path& file) {
  Reader reader(file, read_csv_text(file));
  CsvTable table;
  table.file = file;
  std::size_t n_columns = 0;
  std::vector<std::size_t> named;  ///< columns with a name
  while (!reader.at_end()) {
    CsvRow row = reader.next_row();
    if (is_blank(row)) continue;

    // The first line with text names the columns; cells without a name are left out.
    if (n_columns == 0) {
      n_columns = row.cells.size();
      for (std::size_t i = 0; i < n_columns; ++i) {
        if (!row.cells[i].empty()) named.push_back(i);
      }
      table.header = named_cells(row.cells, named);
      check_header(table, row.line);
      continue;
    }

    // A row may end in empty cells, as spreadsheets write them, but not lack a cell.
    while (row.cells.size() > n_columns && row.cells.back().empty()) row.cells.pop_back();
    if (row.cells.size() != n_columns) {
      const std::string separator =
          reader.separator() == '\t' ? "tab" : std::string("'") + reader.separator() + "'";
      throw InputError({table.place(row) + " has " + std::to_string(row.cells.size()) +
                            " cells, but the header names " + std::to_string(n_columns) +
                            " columns",
                        "they are separated by " + separator,
                        "Is a separator missing, or a text with separators not quoted?"});
    }
    row.cells = named_cells(row.cells, named);
    if (!is_blank(row)) table.rows.push_back(std::move(row));
  }
  if (table.header.empty()) throw InputError("The CSV file '" + file.string() + "' is empty.");
  return table;
}

}  // namespace csm
