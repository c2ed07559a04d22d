#include "select_images.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
namespace {

std::optional<double> parse_number(const std::string& text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// What the values of one column may be.
struct Condition {
  std::set<std::string> values;
  std::vector<std::pair<double, double>> ranges;

  bool allows(const std::string& value) const {
    if (values.contains(value)) return true;
    const std::optional<double> number = parse_number(value);
    return number && std::any_of(ranges.begin(), ranges.end(), [&](const auto& range) {
             return *number >= range.first && *number <= range.second;
           });
  }
};

/// A value, or LOW..HIGH.
void add_value(const std::string& text, Condition& condition) {
  const std::size_t dots = text.find("..");
  if (dots != std::string::npos) {
    const auto low = parse_number(text.substr(0, dots));
    const auto high = parse_number(text.substr(dots + 2));
    if (low && high) {
      condition.ranges.emplace_back(*low, *high);
      return;
    }
  }
  condition.values.insert(text);
}

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
    add_value(trim(part.substr(sign + 1)), conditions[column]);
  }
  return conditions;
}

bool is_allowed(const Sample& sample, const std::string& column, const Condition& condition) {
  const auto value = sample.columns.find(column);
  return value && condition.allows(*value);
}

/// The values of a column, for a message.
std::string list_values(const Dataset& dataset, const std::string& column) {
  std::set<std::string> values;
  for (const Sample& sample : dataset.samples) {
    if (const auto value = sample.columns.find(column)) values.insert(*value);
    if (values.size() > 8) break;
  }
  const bool is_cut = values.size() > 8;
  if (is_cut) values.erase(std::prev(values.end()));
  std::vector<std::string> shown;
  shown.reserve(values.size());
  for (const std::string& value : values) shown.push_back(shown_value(value));
  return "'" + column + "' has " + join(shown) + (is_cut ? " and more" : "");
}

}  // namespace

void keep_where(const Dataset& dataset, const std::string& where,
                std::vector<std::int64_t>& order) {
  if (where.empty()) return;
  const std::map<std::string, Condition> conditions = parse_where(where);
  std::vector<std::string> unmet;  // columns of which no image has a wanted value
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
    const bool is_met = std::any_of(order.begin(), order.end(), [&](std::int64_t index) {
      return is_allowed(dataset.samples[static_cast<std::size_t>(index)], column, entry.second);
    });
    if (!is_met) unmet.push_back(list_values(dataset, column));
  }
  std::erase_if(order, [&](std::int64_t index) {
    const Sample& sample = dataset.samples[static_cast<std::size_t>(index)];
    return !std::all_of(conditions.begin(), conditions.end(), [&](const auto& entry) {
      return is_allowed(sample, entry.first, entry.second);
    });
  });
  if (order.empty()) {
    const std::string problem = "no image is left by --where '" + where + "'";
    if (unmet.empty())
      throw InputError({problem, "no image meets all of it", "Give fewer columns or more values."});
    throw InputError({problem, join(unmet, "; "), "Give values that the columns have."});
  }
}

}  // namespace csm
