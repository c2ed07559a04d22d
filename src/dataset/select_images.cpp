#include "select_images.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

/// So many decimal digits a double tells apart.
constexpr std::size_t most_digits = std::numeric_limits<double>::digits10;

/// The number that a text is; none for NaN, which equals nothing.
std::optional<double> parse_number(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || std::isnan(number))
    return std::nullopt;
  return number;
}

/// One value of --where: a text, a number however it is written, or a range of numbers.
struct WantedValue {
  std::string text;
  std::optional<std::pair<double, double>> range;  ///< ends included; of a number both are it

  bool allows(const std::string& value) const {
    if (value == text) return true;
    if (!range) return false;
    const std::optional<double> number = parse_number(value);
    return number && *number >= range->first && *number <= range->second;
  }
};

/// A value, or LOW..HIGH. A number of more digits than a double has, such as of an identity, is a
/// text.
WantedValue parse_value(const std::string& text) {
  WantedValue wanted{.text = text, .range = std::nullopt};
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const auto low = parse_number(text.substr(0, dots));
    const auto high = parse_number(text.substr(dots + 2));
    if (low && high) wanted.range.emplace(*low, *high);
  } else if (const auto number = parse_number(text); number && text.size() <= most_digits) {
    wanted.range.emplace(*number, *number);
  }
  return wanted;
}

using Condition = std::vector<WantedValue>;

/// The conditions by column; all must hold.
std::map<std::string, Condition> parse_where(const std::string& where) {
  std::map<std::string, Condition> conditions;
  for (const std::string& part : split(where, ',')) {
    const std::size_t sign = part.find('=');
    const std::string column = trim(part.substr(0, sign));
    if (sign == std::string::npos || column.empty()) {
      throw InputError({"--where has '" + part + "'", "each part is COLUMN=VALUE",
                        "Give such as --where 'gender=female,age=20..29', or all."});
    }
    conditions[column].push_back(parse_value(trim(part.substr(sign + 1))));
  }
  return conditions;
}

bool is_allowed(const Sample& sample, const std::string& column, const Condition& condition) {
  const auto value = sample.columns.find(column);
  return value && std::any_of(condition.begin(), condition.end(),
                              [&](const WantedValue& wanted) { return wanted.allows(*value); });
}

/// The distinct values of a column among the images.
std::vector<std::string> distinct_values(const Dataset& dataset,
                                         const std::vector<std::int64_t>& order,
                                         const std::string& column) {
  std::set<std::string> values;
  for (const std::int64_t index : order) {
    const Sample& sample = dataset.samples[static_cast<std::size_t>(index)];
    if (const auto value = sample.columns.find(column)) values.insert(*value);
  }
  return {values.begin(), values.end()};
}

/// The values of a column, for a message; of a column of numbers, those nearest to the wanted one.
std::string list_values(std::vector<std::string> values, const std::string& column,
                        const WantedValue& wanted) {
  constexpr std::size_t most_listed = 8;
  if (values.size() > most_listed && wanted.range) {
    const auto distance = [&](const std::string& value) {
      const std::optional<double> number = parse_number(value);
      if (!number) return std::numeric_limits<double>::infinity();
      return std::max({0.0, wanted.range->first - *number, *number - wanted.range->second});
    };
    std::stable_sort(values.begin(), values.end(),
                     [&](const auto& a, const auto& b) { return distance(a) < distance(b); });
  }
  const bool is_cut = values.size() > most_listed;
  if (is_cut) values.resize(most_listed);
  for (std::string& value : values) value = shown_value(value);
  return "'" + column + "' has " + (values.empty() ? "no values" : join(values)) +
         (is_cut ? " and more" : "");
}

/// Errors: InputError for a value that no image has.
void require_values(const Dataset& dataset, const std::vector<std::int64_t>& order,
                    const std::string& column, const Condition& condition) {
  const std::vector<std::string> values = distinct_values(dataset, order, column);
  for (const WantedValue& wanted : condition) {
    const auto is_met = [&](const std::string& value) { return wanted.allows(value); };
    if (std::any_of(values.begin(), values.end(), is_met)) continue;
    // Of numbers the nearest are listed already.
    const auto nearest = wanted.range ? std::nullopt : nearest_text(wanted.text, values);
    throw InputError({"--where has '" + column + "=" + wanted.text + "', which no image meets",
                      list_values(values, column, wanted),
                      nearest ? "Did you mean '" + shown_value(*nearest) + "'?"
                              : "Give values that the column has."});
  }
}

}  // namespace

void keep_where(const Dataset& dataset, const std::string& where,
                std::vector<std::int64_t>& order) {
  if (where.empty()) return;
  const std::map<std::string, Condition> conditions = parse_where(where);
  for (const auto& entry : conditions) {
    const std::string& column = entry.first;
    if (!dataset.has_column(column)) {
      throw InputError(
          {"--where names the column '" + column + "'",
           "the data set '" + dataset.root.string() + "' has no such column",
           "Valid: " +
               (dataset.column_names.empty() ? "all" : join(dataset.column_names) + ", or all") +
               "."});
    }
    require_values(dataset, order, column, entry.second);
  }
  std::erase_if(order, [&](std::int64_t index) {
    const Sample& sample = dataset.samples[static_cast<std::size_t>(index)];
    return !std::all_of(conditions.begin(), conditions.end(), [&](const auto& entry) {
      return is_allowed(sample, entry.first, entry.second);
    });
  });
  if (order.empty()) {
    throw InputError({"no image is left by --where '" + where + "'", "no image meets all of it",
                      "Give fewer columns or more values."});
  }
}

}  // namespace csm
