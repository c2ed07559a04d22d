#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"
#include "csm/store/result.h"

namespace csm {

/// The most values of a column that are taken for groups.
inline constexpr std::size_t most_groups = 64;

/// Which group of --group-by an image belongs to.
class Grouping {
 public:
  /// target, predicted: the classes of the model (`same` and `different` for pairs). label or
  /// another name: the values of that column among the samples of the run. none: no group.
  /// @param label_column the column that holds the true class
  /// Errors: InputError for a column that the data set does not have, or one with more than 64
  /// values.
  Grouping(const std::string& group_by, const std::string& label_column,
           std::span<const std::string> target_names, const Dataset& dataset,
           std::span<const std::int64_t> order);

  const std::vector<std::string>& names() const { return names_; }

  /// Index into names(); none if the image belongs to no group.
  std::optional<std::size_t> group_of(const ImageRow& row, const Sample& sample) const;

 private:
  enum class Source { none, target, predicted, column };
  Source source_ = Source::none;
  std::string column_;
  std::vector<std::string> names_;
};

}  // namespace csm
