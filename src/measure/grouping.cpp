#include "csm/measure/grouping.h"

#include <algorithm>
#include <set>

#include "csm/core/error.h"
#include "csm/core/text.h"

namespace csm {
Grouping::Grouping(const std::string& group_by, const std::string& label_column,
                   std::span<const std::string> target_names, const Dataset& dataset,
                   std::span<const std::int64_t> order) {
  if (group_by == "none") return;
  if (group_by == "target" || group_by == "predicted") {
    source_ = group_by == "target" ? Source::target : Source::predicted;
    if (target_names.size() <= most_groups) names_.assign(target_names.begin(), target_names.end());
    return;
  }

  // A column: each of its values is a group.
  source_ = Source::column;
  column_ = group_by == "label" ? label_column : group_by;
  std::set<std::string> values;
  for (const std::int64_t index : order) {
    const auto cell = dataset.samples[index].columns.find(column_);
    if (cell) values.insert(*cell);
  }
  if (values.empty()) {
    const auto nearest = nearest_text(column_, dataset.column_names);
    throw InputError(
        {"--group-by " + group_by + ": the data set has no values in a column '" + column_ + "'",
         dataset.column_names.empty() ? "it has no columns at all"
                                      : "its columns are " + join(dataset.column_names),
         nearest ? "Did you mean '" + *nearest + "'?"
         : dataset.column_names.empty()
             ? "Name its images in a CSV with the columns path and " + column_ +
                   ", as manifest.csv in the folder or with --manifest."
             : "Name one of its columns, or --group-by none."});
  }

  if (values.size() > most_groups) {
    throw InputError({"--group-by " + group_by + ": the column '" + column_ + "' has " +
                          std::to_string(values.size()) + " values",
                      "a map is kept for each, at most " + std::to_string(most_groups),
                      "Group by a column with fewer values."});
  }
  names_.assign(values.begin(), values.end());
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
    case Source::column:
      value = sample.columns.find(column_).value_or("");
      break;
  }
  const auto found = std::find(names_.begin(), names_.end(), value);
  if (found == names_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - names_.begin());
}

}  // namespace csm
