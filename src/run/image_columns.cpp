#include "image_columns.h"

#include <unordered_map>

#include "csm/core/text.h"

namespace csm {

bool is_own_column(const std::string& column) {
  return column == "target" || column == "predicted" || column == "label";
}

ImageColumns::ImageColumns(std::span<const ImageRow> rows, const Dataset& dataset,
                           const std::string& where)
    : rows_(rows) {
  std::unordered_map<std::string, std::size_t> sample_of;
  for (std::size_t i = 0; i < dataset.samples.size(); ++i)
    sample_of.emplace(dataset.samples[i].id, i);
  for (const ImageRow& row : rows) {
    const auto found = sample_of.find(row.id);
    const bool is_there = found != sample_of.end();
    if (!is_there) n_missing_ += 1;
    columns_.push_back(is_there ? dataset.samples[found->second].columns : Columns());
    is_wanted_.push_back(is_there || where.empty());
  }
}

std::string ImageColumns::value(std::size_t image, const std::string& column) const {
  return column.empty() ? "" : columns_[image].find(column).value_or("");
}

std::string ImageColumns::own_value_or_value(std::size_t image, const std::string& column) const {
  const ImageRow& row = rows_[image];
  if (column == "target") return readable_cell(row.target);
  if (column == "predicted") return readable_cell(row.predicted);
  if (column == "label") return readable_cell(row.label);
  return value(image, column);
}

NamedColumn ImageColumns::named(const std::string& name) const {
  NamedColumn column{.name = name, .values = {}};
  column.values.reserve(rows_.size());
  for (std::size_t i = 0; i < rows_.size(); ++i)
    column.values.push_back(shown_value(own_value_or_value(i, name)));
  return column;
}

}  // namespace csm
