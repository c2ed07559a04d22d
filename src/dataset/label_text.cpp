#include "csm/dataset/label_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <span>

#include "csm/core/text.h"

namespace csm {
namespace {

constexpr std::array male = {"male", "m", "man", "men", "males", "boy", "boys"};
constexpr std::array female = {"female", "f", "woman", "women", "females", "girl", "girls"};
constexpr std::array neutral = {"neutral", "neutrality"};
constexpr std::array happy = {"happy", "happiness"};
constexpr std::array sad = {"sad", "sadness"};
constexpr std::array angry = {"angry", "anger"};
constexpr std::array fearful = {"fearful", "fear", "afraid"};
constexpr std::array disgusted = {"disgusted", "disgust"};
constexpr std::array surprised = {"surprised", "surprise"};
constexpr std::array contemptuous = {"contemptuous", "contempt"};

const std::array<std::span<const char* const>, 10> synonyms = {
    {male, female, neutral, happy, sad, angry, fearful, disgusted, surprised, contemptuous}};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// "1.0" and "1.00" as "1"; other text as it is.
std::string without_empty_decimals(std::string text) {
  const std::size_t point = text.find('.');
  if (point == 0 || point == std::string::npos || point + 1 == text.size()) return text;
  const auto begin = text.begin() + (text.front() == '-' ? 1 : 0);
  const auto middle = text.begin() + static_cast<std::ptrdiff_t>(point);
  const bool is_whole = begin != middle && std::all_of(begin, middle, is_digit) &&
                        std::all_of(middle + 1, text.end(), [](char c) { return c == '0'; });
  return is_whole ? text.substr(0, point) : text;
}

}  // namespace

std::string plain_label(std::string_view text) {
  std::string name = to_lower(trim(text));
  // A sign before a number is not a dash between two parts.
  const std::size_t begin =
      name.size() > 1 && name[0] == '-' && (is_digit(name[1]) || name[1] == '.') ? 1 : 0;
  std::string plain = name.substr(0, begin);
  for (const char c : name.substr(begin)) {
    const bool is_gap = c == ' ' || c == '_' || c == '-' || c == '\t';
    if (!is_gap) {
      plain.push_back(c);
    } else if (!plain.empty() && plain.back() != ' ') {
      plain.push_back(' ');
    }
  }
  for (std::size_t at = 0; (at = plain.find("center", at)) != std::string::npos;)
    plain.replace(at, 6, "centre");
  return without_empty_decimals(trim(plain));
}

std::optional<std::string> column_like(std::span<const std::string> columns,
                                       std::string_view name) {
  if (std::find(columns.begin(), columns.end(), name) != columns.end()) return std::string(name);
  const std::string plain = plain_label(name);
  const auto is_alike = [&](const std::string& column) { return plain_label(column) == plain; };
  const auto found = std::find_if(columns.begin(), columns.end(), is_alike);
  if (found == columns.end() || std::any_of(found + 1, columns.end(), is_alike))
    return std::nullopt;
  return *found;
}

std::string_view synonym_of(std::string_view plain) {
  for (const std::span<const char* const> group : synonyms) {
    if (std::find(group.begin(), group.end(), plain) != group.end()) return group.front();
  }
  return {};
}

bool is_class_label(std::string_view text) {
  const std::string plain = plain_label(text);
  if (plain.size() > 1 && !synonym_of(plain).empty()) return true;
  const std::size_t gap = plain.find(' ');
  if (gap == std::string::npos || gap == 0 || gap > 3 || plain.size() - gap > 4) return false;
  return std::all_of(plain.begin(), plain.end(), [](char c) { return is_digit(c) || c == ' '; }) &&
         std::stoi(plain.substr(0, gap)) < std::stoi(plain.substr(gap + 1));
}

bool looks_missing(std::string_view text) {
  constexpr std::array<std::string_view, 10> known{"na",      "n/a",  "nan", "-",   "--",
                                                   "unknown", "none", "?",   "???", "null"};
  const std::string lower = to_lower(trim(text));
  return std::find(known.begin(), known.end(), lower) != known.end();
}

}  // namespace csm
