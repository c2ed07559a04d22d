#include "value_range.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <initializer_list>
#include <limits>
#include <string_view>

#include "csm/core/text.h"

namespace csm {
namespace {

constexpr double no_end = std::numeric_limits<double>::infinity();

/// The number just above, so that "more than 70" leaves 70 out.
double above(double value) { return std::nextafter(value, no_end); }

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
    text.replace(at, from.size(), to);
}

/// Trimmed, lower case, brackets and units left out, all dashes as '-'.
std::string plain_text(const std::string& text) {
  std::string plain = to_lower(trim(text));
  for (const std::string_view dash : {"\xE2\x80\x93", "\xE2\x80\x94", "_"})
    replace_all(plain, dash, "-");
  if (plain.starts_with('(') || plain.starts_with('[')) replace_all(plain, ",", "-");
  for (const std::string_view bracket : {"(", ")", "[", "]"}) replace_all(plain, bracket, "");
  if (!plain.starts_with("up to")) replace_all(plain, " to ", "-");
  for (const std::string_view unit :
       {" years old", " years", " year", " yrs", "years", "yrs", " y"}) {
    if (plain.ends_with(unit)) plain.resize(plain.size() - unit.size());
  }
  return trim(plain);
}

/// The number after one of the texts that it begins with, or before one that it ends with.
std::optional<double> number_beside(const std::string& text,
                                    std::initializer_list<std::string_view> before,
                                    std::initializer_list<std::string_view> after) {
  for (const std::string_view word : before) {
    if (!text.starts_with(word)) continue;
    if (const auto number = parse_number(trim(text.substr(word.size())))) return number;
  }
  for (const std::string_view word : after) {
    if (!text.ends_with(word)) continue;
    if (const auto number = parse_number(trim(text.substr(0, text.size() - word.size()))))
      return number;
  }
  return std::nullopt;
}

std::optional<ValueRange> parse_open_range(const std::string& text) {
  if (const auto low = number_beside(
          text, {">=", "\xE2\x89\xA5", "from ", "at least "},
          {"+", " plus", " and over", " and above", " and older", " or more", " or older"}))
    return ValueRange{.low = *low, .end = no_end};
  if (const auto low =
          number_beside(text, {">", "more than ", "over ", "above ", "older than "}, {}))
    return ValueRange{.low = above(*low), .end = no_end};
  if (const auto high = number_beside(text, {"<=", "\xE2\x89\xA4", "up to ", "at most "},
                                      {" or less", " or younger"}))
    return ValueRange{.low = 0, .end = *high + 1};
  if (const auto high =
          number_beside(text, {"<", "less than ", "under ", "below ", "younger than "}, {}))
    return ValueRange{.low = 0, .end = *high};
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_value(const std::string& text) {
  return parse_number(plain_text(text));
}

std::optional<ValueRange> parse_range(const std::string& text) {
  const std::string plain = plain_text(text);
  if (auto range = parse_open_range(plain)) return range;
  if (const auto decade = number_beside(plain, {}, {"'s", "s"});
      decade && std::fmod(*decade, 10) == 0)
    return ValueRange{.low = *decade, .end = *decade + 10};
  const std::size_t dash = plain.find('-', 1);
  if (dash == std::string::npos) return std::nullopt;
  const auto low = parse_number(trim(plain.substr(0, dash)));
  const auto high = parse_number(trim(plain.substr(dash + 1)));
  if (!low || !high || *high < *low) return std::nullopt;
  return ValueRange{.low = *low, .end = *high + 1};
}

std::vector<std::optional<ValueRange>> parse_class_ranges(std::span<const std::string> classes) {
  std::vector<std::optional<ValueRange>> ranges;
  for (const std::string& name : classes) ranges.push_back(parse_range(name));
  const bool share_ends = std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
    return range && std::isfinite(range->end) &&
           std::any_of(ranges.begin(), ranges.end(), [&](const auto& other) {
             return other && other->low == range->end - 1 && other->low > range->low;
           });
  });
  for (auto& range : ranges) {
    if (share_ends && range && std::isfinite(range->end)) range->end = above(range->end - 1);
  }
  return ranges;
}

bool is_within(const ValueRange& inner, const ValueRange& outer) {
  return inner.low >= outer.low && inner.end <= outer.end;
}

}  // namespace csm
