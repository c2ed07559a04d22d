#include "csm/dataset/csv.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || std::filesystem::is_directory(file)) {
    throw InputError("The CSV file '" + file.string() + "' cannot be read. Does it exist, and may you read it?");
  }
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    throw InputError("The CSV file '" + file.string() + "' is UTF-16 (only UTF-8 is read). Save it as UTF-8?");
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  if (const std::size_t zero = text.find('\0'); zero != std::string::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
    throw InputError(line_of_file(file, static_cast<std::size_t>(line)) + " holds a zero byte. Is it a CSV file?");
  }
  return text;
}

/// Walks over the text once and hands out its rows.
class Reader {
 public:
  Reader(const std::filesystem::path& file, std::string text) : file_(file), text_(std::move(text)) {}

  bool at_end() const { return position_ >= text_.size(); }

  CsvRow next_row() {
    CsvRow row{line_, {}};
    for (;;) {
      row.cells.push_back(next_cell());
      if (at_end()) return row;
      const char c = text_[position_++];
      if (c == ',') continue;
      ++line_;
      return row;
    }
  }

 private:
  bool at_separator() const { return at_end() || text_[position_] == ',' || text_[position_] == '\n'; }

  std::string next_cell() {
    std::size_t begin = position_;
    while (begin < text_.size() && (text_[begin] == ' ' || text_[begin] == '\t')) ++begin;
    if (begin < text_.size() && text_[begin] == '"') {
      position_ = begin + 1;
      return quoted_cell();
    }
    begin = position_;
    while (!at_separator()) ++position_;
    return trim(std::string_view(text_).substr(begin, position_ - begin));
  }

  std::string quoted_cell() {
    const std::size_t first_line = line_;
    std::string cell;
    for (;;) {
      if (at_end()) throw InputError(line_of_file(file_, first_line) + ": a quote (\") is opened and never closed.");
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
    for (; !at_separator(); ++position_) {
      if (text_[position_] != ' ' && text_[position_] != '\t' && text_[position_] != '\r') {
        throw InputError(line_of_file(file_, line_) +
                         ": text follows a closing quote (\"). Write a quote inside quotes as \"\".");
      }
    }
    return cell;
  }

  const std::filesystem::path& file_;
  std::string text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
};

bool is_blank(const CsvRow& row) { return row.cells.size() == 1 && row.cells.front().empty(); }

void check_header(const CsvTable& table, std::size_t line) {
  std::set<std::string> seen;
  for (const std::string& name : table.header) {
    if (name.empty()) throw InputError(line_of_file(table.file, line) + ": a column has no name.");
    if (!seen.insert(name).second)
      throw InputError(line_of_file(table.file, line) + ": two columns are named '" + name + "'.");
  }
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
  const auto nearest = nearest_word(name, header);
  throw InputError("'" + file.string() + "' has no column '" + std::string(name) +
                   "'. Its columns are: " + join(header) + "." + (nearest ? " Is it '" + *nearest + "'?" : ""));
}

std::string CsvTable::place(const CsvRow& row) const { return line_of_file(file, row.line); }

CsvTable read_csv(const std::filesystem::path& file) {
  Reader reader(file, read_text(file));
  CsvTable table;
  table.file = file;
  while (!reader.at_end()) {
    CsvRow row = reader.next_row();
    if (is_blank(row)) continue;
    if (table.header.empty()) {
      table.header = std::move(row.cells);
      check_header(table, row.line);
      continue;
    }
    if (row.cells.size() != table.header.size()) {
      throw InputError(table.place(row) + " has " + std::to_string(row.cells.size()) + " cells, but the header names " +
                       std::to_string(table.header.size()) +
                       " columns. Is a comma missing, or a text with commas not quoted?");
    }
    table.rows.push_back(std::move(row));
  }
  if (table.header.empty()) throw InputError("The CSV file '" + file.string() + "' is empty.");
  return table;
}

}  // namespace csm
