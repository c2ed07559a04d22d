#include "csm/measure/class_labels.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string_view>
#include <utility>

#include "csm/core/text.h"
#include "csm/dataset/dataset_options.h"
#include "csm/dataset/label_text.h"
#include "value_range.h"

namespace csm {
namespace {

constexpr std::size_t most_values_named = 10;
constexpr double first_year_of_birth = 1880;

/// The only class that fulfils a condition; none if no class or several do.
template <class Condition>
std::optional<int> only_class(std::size_t n_classes, Condition&& fits) {
  std::optional<int> found;
  for (std::size_t i = 0; i < n_classes; ++i) {
    if (!fits(i)) continue;
    if (found) return std::nullopt;
    found = static_cast<int>(i);
  }
  return found;
}

/// The class that a label names by itself or by a synonym.
std::optional<int> class_of_text(std::span<const std::string> classes, const std::string& label) {
  const std::string word = plain_label(label);
  if (word.empty()) return std::nullopt;
  if (const auto same = only_class(classes.size(),
                                   [&](std::size_t i) { return plain_label(classes[i]) == word; }))
    return same;
  const std::string_view meaning = synonym_of(word);
  if (meaning.empty()) return std::nullopt;
  const auto means = [&](std::string_view other) {
    return only_class(classes.size(),
                      [&](std::size_t i) { return synonym_of(plain_label(classes[i])) == other; });
  };
  // "m" and "f" mean much: they are of gender where the classes are.
  if ((meaning == "male" && !means("female")) || (meaning == "female" && !means("male")))
    return std::nullopt;
  return means(meaning);
}

/// The class whose range holds a value or a range.
std::optional<int> class_of_value(const std::vector<std::optional<ValueRange>>& ranges,
                                  const std::string& label) {
  if (const auto value = parse_value(label)) {
    return only_class(ranges.size(), [&](std::size_t i) {
      return ranges[i] && *value >= ranges[i]->low && *value < ranges[i]->end;
    });
  }
  const auto range = parse_range(label);
  if (!range) return std::nullopt;
  return only_class(ranges.size(),
                    [&](std::size_t i) { return ranges[i] && is_within(*range, *ranges[i]); });
}

bool is_whole(double value) { return value == std::floor(value); }

std::optional<int> class_of_index(std::size_t n_classes, double index) {
  if (!is_whole(index) || index < 0 || index >= static_cast<double>(n_classes)) return std::nullopt;
  return static_cast<int>(index);
}

std::string quoted(const std::string& text) { return "'" + shown_value(text) + "'"; }

/// "a, b, c and 5 more"
std::string join_some(const std::vector<std::string>& texts, std::string_view separator = ", ") {
  const std::size_t n = std::min(texts.size(), most_values_named);
  std::string text = join(std::span(texts).first(n), separator);
  if (n < texts.size()) text += " and " + std::to_string(texts.size() - n) + " more";
  return text;
}

std::string number_text(double value) {
  return is_whole(value) && std::abs(value) < 1e9 ? std::to_string(static_cast<long long>(value))
                                                  : std::to_string(value);
}

}  // namespace

ClassLabels::ClassLabels(std::vector<std::string> classes, LabelNumbers numbers,
                         std::span<const std::string> labels)
    : classes_(std::move(classes)), numbers_(numbers), n_images_(std::ssize(labels)) {
  for (const std::string& label : labels) {
    if (label.empty()) continue;
    ++entries_[label].n_images;
    ++n_labels_;
  }
  const std::vector<std::optional<ValueRange>> ranges = parse_class_ranges(classes_);
  has_ranges_ = std::any_of(ranges.begin(), ranges.end(),
                            [](const auto& range) { return range.has_value(); });

  // Numbers that are all as small as indices may be indices; one range or unit among them tells
  // that they are values.
  bool has_number = false;
  bool may_be_indices = has_ranges_ && numbers == LabelNumbers::automatic;
  for (auto& [label, entry] : entries_) {
    const auto number = parse_number(trim(label));
    entry.is_number = number.has_value();
    has_number = has_number || number;
    if (number) {
      may_be_indices = may_be_indices && is_whole(*number) && *number >= 0 &&
                       *number <= static_cast<double>(classes_.size());
    } else if (parse_range(label) || parse_value(label)) {
      may_be_indices = false;
    }
  }
  has_ambiguous_numbers_ = may_be_indices && has_number;

  for (auto& [label, entry] : entries_) {
    if (entry.is_number && numbers == LabelNumbers::indices) {
      entry.class_index = class_of_index(classes_.size(), *parse_number(trim(label)));
    } else if (!entry.is_number || !has_ambiguous_numbers_) {
      entry.class_index = class_of_text(classes_, label);
      if (!entry.class_index) entry.class_index = class_of_value(ranges, label);
    }
    if (entry.class_index) n_known_ += entry.n_images;
  }
}

std::optional<int> ClassLabels::class_of(const std::string& label) const {
  const auto found = entries_.find(label);
  return found == entries_.end() ? std::nullopt : found->second.class_index;
}

/// "0 is male, 1 is female"
std::string ClassLabels::describe_indices() const {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < classes_.size(); ++i)
    texts.push_back(std::to_string(i) + " is " + classes_[i]);
  return join_some(texts);
}

std::string ClassLabels::describe_known(const std::string& column) const {
  std::vector<std::string> readings;
  std::vector<double> values;
  for (const auto& [label, entry] : entries_) {
    if (!entry.class_index) continue;
    const std::string& name = classes_[*entry.class_index];
    if (entry.is_number) {
      values.push_back(*parse_number(trim(label)));
    } else if (plain_label(label) != plain_label(name)) {
      readings.push_back(quoted(label) + " as " + name);
    }
  }
  std::string text = "The column " + quoted(column) + " names a class of the model for " +
                     (n_known_ == n_images_ ? "all " : std::to_string(n_known_) + " of ") +
                     std::to_string(n_images_) + " images";
  if (n_labels_ < n_images_)
    text += "; " + std::to_string(n_images_ - n_labels_) + " without a value";
  if (!readings.empty()) text += "; it reads " + join_some(readings);
  if (!values.empty() && numbers_ == LabelNumbers::indices) {
    text += "; numbers are indices: " + describe_indices();
  } else if (!values.empty() && has_ranges_) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    text += "; numbers from " + number_text(*low) + " to " + number_text(*high) +
            " are values in the classes' ranges";
  }
  return text + ".";
}

std::string ClassLabels::advise() const {
  if (has_ambiguous_numbers_) {
    return "Such small numbers may be values in the classes' ranges or indices of the classes (" +
           describe_indices() +
           "). Say which they are with --label-numbers values or --label-numbers indices.";
  }
  bool has_unknown_number = false;
  bool has_year_of_birth = false;
  for (const auto& [label, entry] : entries_) {
    if (!entry.is_number || entry.class_index) continue;
    has_unknown_number = true;
    has_year_of_birth = has_year_of_birth || *parse_number(trim(label)) >= first_year_of_birth;
  }
  std::string text = "The classes of the model are " + join_some(classes_) + ".";
  if (has_ranges_ && has_year_of_birth)
    // terms: allow, of result files
    text += " A year of birth is no age: give the age in the image.";
  if (!has_ranges_ && has_unknown_number && numbers_ != LabelNumbers::indices) {
    text += " A number names a class only with --label-numbers indices, which means that " +
            describe_indices() + ".";
  }
  return text;
}

std::string ClassLabels::list_unknown() const {
  std::vector<std::pair<std::int64_t, std::string>> unknown;
  for (const auto& [label, entry] : entries_) {
    if (!entry.class_index) unknown.emplace_back(-entry.n_images, label);
  }
  if (unknown.empty()) return {};
  std::sort(unknown.begin(), unknown.end());
  std::vector<std::string> texts;
  texts.reserve(unknown.size());
  for (const auto& [minus_n, label] : unknown)
    texts.push_back(quoted(label) + " (" + std::to_string(-minus_n) + ")");
  return join_some(texts);
}

}  // namespace csm
