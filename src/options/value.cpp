#include "value.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

/// The whole text as a number, or none: no sign '+', no white space, no trailing rubbish, no
/// overflow.
template <class Number>
std::optional<Number> whole_text_as(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

void reject_value(const GivenValue& given, const std::string& meaning, const std::string& advice) {
  throw InputError({given.origin + " is '" + given.text + "'", meaning, advice});
}

std::int64_t parse_integer(const GivenValue& given, const std::string& meaning, std::int64_t lowest,
                           std::int64_t highest, const std::string& other_value) {
  const std::optional<std::int64_t> value = whole_text_as<std::int64_t>(given.text);
  if (!value || *value < lowest || *value > highest) {
    const std::string range =
        highest == std::numeric_limits<std::int64_t>::max()
            ? "of at least " + std::to_string(lowest)
            : "from " + std::to_string(lowest) + " to " + std::to_string(highest);
    reject_value(given, meaning,
                 "Give a whole number " + range +
                     (other_value.empty() ? "" : ", or '" + other_value + "'") + ".");
  }
  return *value;
}

std::uint64_t parse_unsigned(const GivenValue& given, const std::string& meaning) {
  const std::optional<std::uint64_t> value = whole_text_as<std::uint64_t>(given.text);
  if (!value) {
    reject_value(given, meaning,
                 "Give a whole number from 0 to " +
                     std::to_string(std::numeric_limits<std::uint64_t>::max()) + ".");
  }
  return *value;
}

double parse_number(const GivenValue& given, const std::string& meaning, double lowest,
                    double highest) {
  const std::optional<double> value = whole_text_as<double>(given.text);
  if (!value || !std::isfinite(*value) || *value < lowest || *value > highest) {
    reject_value(given, meaning,
                 "Give a number from " + number_text(lowest) + " to " + number_text(highest) +
                     ", such as 0.1.");
  }
  return *value;
}

std::size_t parse_choice(const GivenValue& given, const std::string& meaning,
                         std::span<const std::string> valid) {
  for (std::size_t i = 0; i < valid.size(); ++i) {
    if (valid[i] == given.text) return i;
  }
  const std::optional<std::string> nearest = nearest_text(given.text, valid);
  reject_value(given, meaning,
               (nearest ? "Did you mean '" + *nearest + "'? " : std::string()) +
                   "Valid: " + join(valid) + ".");
}

std::filesystem::path parse_path(const GivenValue& given) {
  const std::filesystem::path path = given.text;
  return (path.is_absolute() ? path : given.base_folder / path).lexically_normal();
}

NamedFile parse_named_file(const GivenValue& given) {
  const std::size_t end = given.text.find('=');
  std::error_code ignored;
  if (end == std::string::npos || std::filesystem::exists(parse_path(given), ignored))
    return {.file = parse_path(given)};
  const std::string name = given.text.substr(0, end);
  if (name.empty() || !std::all_of(name.begin(), name.end(),
                                   [](char c) { return is_letter_or_digit(c) || c == '_'; })) {
    reject_value(given,
                 "no file is called that, and '" + name + "' is not a name for the map of a file",
                 "Write NAME=FILE.h5 with letters, digits and '_' in NAME, or a file that exists.");
  }
  GivenValue file = given;
  file.text = given.text.substr(end + 1);
  if (file.text.empty()) reject_value(given, "no file follows '='", "Write " + name + "=FILE.h5.");
  return {.name = name, .file = parse_path(file)};
}

std::string named_file_text(const NamedFile& named) {
  return (named.name.empty() ? "" : named.name + "=") + named.file.string();
}

std::optional<std::array<std::uint8_t, 3>> parse_colour(std::string_view text) {
  if (text.size() != 6) return std::nullopt;
  std::array<std::uint8_t, 3> colour{};
  for (std::size_t i = 0; i < colour.size(); ++i) {
    const char* begin = text.data() + 2 * i;
    const auto [end, error] = std::from_chars(begin, begin + 2, colour[i], 16);
    if (error != std::errc() || end != begin + 2) return std::nullopt;
  }
  return colour;
}

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  CSM_EXPECT(error == std::errc());
  return {buffer.data(), end};
}

}  // namespace csm
