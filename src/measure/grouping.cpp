#include "csm/measure/grouping.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/label_text.h"

namespace csm {

Grouping::Grouping(const std::string& group_by, const std::string& label_column,
                   std::optional<ClassLabels> labels, std::span<const std::string> target_names,
                   const Dataset& dataset, std::span<const std::int64_t> order)
    : label_column_(label_column),
      labels_(std::move(labels)),
      classes_(target_names.begin(), target_names.end()) {
  if (group_by == "none") return;
  if (group_by == "target" || group_by == "predicted") {
    source_ = group_by == "target" ? Source::target : Source::predicted;
    if (target_names.size() <= most_groups) names_.assign(target_names.begin(), target_names.end());
    return;
  }

  // A column: each of its values is a group, or each class that its labels name.
  source_ = group_by == "label" ? Source::label : Source::column;
  column_ = group_by == "label" ? label_column : group_by;
  std::set<std::string> values;
  for (const std::int64_t index : order) {
    std::string value = group_by_column(dataset.samples[index]);
    if (!value.empty()) values.insert(std::move(value));
  }
  if (values.empty() && column_.find(',') != std::string::npos && !dataset.has_column(column_)) {
    throw InputError(
        {"--group-by names the column '" + column_ + "', which the data set lacks",
         "a run groups its images by one column, whose name may hold a comma",
         "Name one column; csm_test RESULT.h5 --group-by " + column_ +
             " compares the groups of several afterwards, in a result of --save-cis."});
  }
  if (values.empty()) {
    const auto nearest = nearest_text(column_, dataset.column_names);
    throw InputError(
        {"--group-by " + group_by + ": the data set has no values in a column '" + column_ + "'",
         dataset.column_names.empty() ? "it has no columns at all"
                                      : "its columns are " + join(dataset.column_names),
         nearest                        ? "Did you mean '" + *nearest + "'?"
         : dataset.column_names.empty() ? advise_column(dataset, column_)
                                        : "Name one of its columns, or --group-by none."});
  }

  if (values.size() > most_groups) {
    throw InputError({"--group-by " + group_by + ": the column '" + column_ + "' has " +
                          std::to_string(values.size()) + " values",
                      "a map is kept for each, at most " + std::to_string(most_groups),
                      "Group by a column with fewer values."});
  }
  names_.assign(values.begin(), values.end());
  require_short_names(column_, names_);
}

std::optional<std::size_t> Grouping::group_of(const ImageRow& row, const Sample& sample) const {
  std::string value;
  switch (source_) {
    case Source::none:
      return std::nullopt;
    case Source::target:
      value = row.target;
      break;
    case Source::predicted:
      value = row.predicted;
      break;
    case Source::label:
    case Source::column:
      value = group_by_column(sample);
      break;
  }
  const auto found = std::find(names_.begin(), names_.end(), value);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

std::string Grouping::group_by_column(const Sample& sample) const {
  std::string value = sample.columns.find(column_).value_or("");
  if (source_ != Source::label || !labels_) return value;
  const auto known = labels_->class_of(value);
  return known ? classes_[static_cast<std::size_t>(*known)] : value;
}

std::string Grouping::describe_alike() const {
  if (source_ != Source::column) return "";
  std::string warning = describe_names_alike(column_, names_);
  if (!warning.empty() && column_ == label_column_ && labels_)
    warning += " Or use --group-by label.";
  return warning;
}

std::string Grouping::describe_missing() const {
  const bool is_of_table = source_ == Source::column || source_ == Source::label;
  return is_of_table ? describe_names_missing(column_, names_) : "";
}

void require_short_names(const std::string& column, std::span<const std::string> values) {
  for (const std::string& value : values) {
    if (n_characters(value) <= longest_name) continue;
    throw InputError(
        {"the column '" + column + "' has a value of " + std::to_string(n_characters(value)) +
             " characters, '" + shown_value(value) + "'",
         "each value names a group, with at most " + std::to_string(longest_name) + " characters",
         "Name a column of short values, or shorten them in the table."});
  }
}

std::string describe_names_alike(const std::string& column, std::span<const std::string> names) {
  std::map<std::string, std::vector<std::string>> spellings;
  for (const std::string& name : names) spellings[plain_label(name)].push_back("'" + name + "'");
  std::string alike;
  for (const auto& [plain, same] : spellings) {
    if (same.size() > 1) alike += (alike.empty() ? "" : "; ") + join(same, " and ");
  }
  if (alike.empty()) return "";
  return "Groups of '" + column +
         "' are named alike but for capitals, blanks, '_' or '-': " + alike +
         ". If they mean the same, write them alike in the table.";
}

std::string describe_names_missing(const std::string& column, std::span<const std::string> names) {
  std::vector<std::string> found;
  for (const std::string& name : names) {
    if (looks_missing(name)) found.push_back("'" + name + "'");
  }
  if (found.empty()) return "";
  return "Groups of '" + column + "' look like missing values: " + join(found) +
         ". If nothing is known of these images, leave the cells empty, or choose the others with "
         "--where.";
}

}  // namespace csm
