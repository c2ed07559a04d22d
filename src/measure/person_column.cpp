#include "csm/measure/person_column.h"

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/label_text.h"

namespace csm {
namespace {

void require_column(const Dataset& dataset, const std::string& column, const std::string& option,
                    const std::string& other) {
  if (dataset.has_column(column)) return;
  throw InputError(
      {option + " is '" + column + "'",
       "the data set '" + dataset.root.string() + "' has no such column",
       "Valid: " + (dataset.column_names.empty() ? "" : join(dataset.column_names) + ", or ") +
           other + "."});
}

}  // namespace

PersonColumn find_person_column(const Dataset& dataset, const InferenceOptions& options) {
  if (!options.permute_within.empty())
    require_column(dataset, options.permute_within, "--permute-within", "none");
  if (options.exchange_by == exchange_images)
    return {.column = "", .remark = "Tests exchange images: each counts as a person of its own."};
  if (!options.exchange_by.empty()) {
    require_column(dataset, options.exchange_by, "--exchange-by", "auto or image");
    return {.column = options.exchange_by,
            .remark = "Tests exchange persons, by the column '" + options.exchange_by + "'."};
  }
  const auto identity = column_like(dataset.column_names, "identity");
  if (identity && dataset.identity_doubt.empty())
    return {.column = *identity,
            .remark = "Tests exchange persons, by the column '" + *identity + "'."};
  return {.column = "",
          .remark =
              "The data set does not name persons: tests take each image for a person of its "
              "own. If persons have several images, differences seem surer than they are; "
              "name their column with --exchange-by."};
}

}  // namespace csm
