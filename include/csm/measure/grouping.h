#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"
#include "csm/measure/class_labels.h"
#include "csm/store/result.h"

namespace csm {

/// The most values of a column that are taken for groups.
inline constexpr std::size_t most_groups = 64;

/// Which group of --group-by an image belongs to.
class Grouping {
 public:
  /// target, predicted: the classes of the model (`same` and `different` for pairs). label: the
  /// classes that the labels name, "Female" and "F" are one group, and the texts of those that name
  /// none. Another name: the values of that column among the samples of the run. none: no group.
  /// @param label_column the column that holds the true class
  /// @param labels what the labels name; none for models without classes
  /// Errors: InputError for a column that the data set does not have, or one with more than 64
  /// values, or with one that is too long for a name.
  Grouping(const std::string& group_by, const std::string& label_column,
           std::optional<ClassLabels> labels, std::span<const std::string> target_names,
           const Dataset& dataset, std::span<const std::int64_t> order);

  const std::vector<std::string>& names() const { return names_; }

  /// A warning of groups whose names differ in capitals, blanks, '_' and '-' only; empty if none
  /// do.
  std::string describe_alike() const;

  /// A warning of groups of a column, or of labels, whose names say that nothing is known; empty if
  /// there is none.
  std::string describe_missing() const;

  /// Index into names(); none if the image belongs to no group.
  std::optional<std::size_t> group_of(const ImageRow& row, const Sample& sample) const;

 private:
  enum class Source { none, target, predicted, label, column };

  /// The group of a sample by its column; empty if it has none.
  std::string group_by_column(const Sample& sample) const;

  Source source_ = Source::none;
  std::string column_;
  std::string label_column_;
  std::optional<ClassLabels> labels_;
  std::vector<std::string> classes_;
  std::vector<std::string> names_;
};

/// Errors: InputError for a value that is too long to name a group in sentences, tables and images.
void require_short_names(const std::string& column, std::span<const std::string> values);

/// A warning of groups of a column whose names differ in capitals, blanks, '_' and '-' only; empty
/// if none do.
std::string describe_names_alike(const std::string& column, std::span<const std::string> names);

/// A warning of groups of a column whose names say that nothing is known, such as NA; empty if
/// there is none.
std::string describe_names_missing(const std::string& column, std::span<const std::string> names);

}  // namespace csm
