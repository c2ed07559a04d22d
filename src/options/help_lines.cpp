#include "help_lines.h"

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

namespace csm {
namespace {

constexpr std::size_t n_columns = 100;
constexpr std::size_t text_column = 36;

/// The text broken at blanks, each line from text_column to n_columns.
std::vector<std::string> wrap(const std::string& text) {
  std::vector<std::string> lines(1);
  std::istringstream stream(text);
  for (std::string word; stream >> word;) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > n_columns - text_column)
      lines.emplace_back();
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

}  // namespace

std::string flag_of(const OptionEntry& entry) {
  return "--" + entry.name + (entry.placeholder.empty() ? "" : " " + entry.placeholder);
}

std::string help_lines(const std::string& flag, const std::string& text) {
  std::string result = "  " + flag;
  if (result.size() + 2 > text_column) {
    result += "\n";
    result.append(text_column, ' ');
  } else {
    result.append(text_column - result.size(), ' ');
  }
  const std::vector<std::string> lines = wrap(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i > 0) result += "\n" + std::string(text_column, ' ');
    result += lines[i];
  }
  return result + "\n";
}

}  // namespace csm
