#include "csm/measure/group_cautions.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "csm/core/text.h"
#include "csm/dataset/label_text.h"
#include "csm/inference/confounds.h"

namespace csm {
namespace {

/// Persons of a group whose labels are doubted.
constexpr std::int64_t fewest_persons = 10;

/// Whether two values mean the same in any spelling, such as "F" and "female".
bool means_the_same(const std::string& a, const std::string& b) {
  const std::string first = plain_label(a), second = plain_label(b);
  const auto synonym = synonym_of(first);
  return first == second || (!synonym.empty() && synonym == synonym_of(second));
}

/// Whether a column names the group of each image, where both are known.
bool repeats_the_groups(std::span<const std::string> groups, const NamedColumn& column) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].empty() && !column.values[i].empty() &&
        !means_the_same(groups[i], column.values[i]))
      return false;
  }
  return true;
}

/// A remark on a group whose decisions are more often wrong than guesses; empty if they are not.
std::string describe_wrong_group(const GroupPerformance& group, const std::string& cases,
                                 std::size_t n_classes) {
  const GroupShare& accuracy = group.accuracy;
  const double guess = 1 / static_cast<double>(n_classes);
  if (n_classes < 2 || accuracy.n_persons < fewest_persons || !(accuracy.high < guess)) return "";
  return "In '" + group.name + "' the model is right for " + format_percent(accuracy.share) +
         " of " + std::to_string(accuracy.n) + " " + cases + " (" + format_percent(accuracy.low) +
         " to " + format_percent(accuracy.high) + "), less often than a guess (" +
         format_percent(guess) +
         "): either their labels are exchanged, or it fails on this group. Look at some of its "
         "images.";
}

}  // namespace

std::vector<std::string> columns_beside(const Dataset& dataset,
                                        std::initializer_list<std::string> used) {
  std::vector<std::string> names;
  for (const std::string& name : dataset.column_names) {
    if (std::find(used.begin(), used.end(), name) == used.end()) names.push_back(name);
  }
  return names;
}

void add_cautions(std::span<const TestedImage> images, std::span<const std::string> others,
                  const std::function<NamedColumn(const std::string&)>& values_of,
                  std::size_t n_classes, ColumnFindings& column) {
  std::vector<std::string> groups, persons, strata;
  for (const TestedImage& image : images) {
    groups.push_back(image.group);
    persons.push_back(image.person);
    strata.push_back(image.stratum);
  }
  ConfoundSearch search(groups, persons, strata);
  // Decisions go together with the columns that they tell.
  const bool are_decisions = column.column == "predicted" || column.column == "target";
  for (const std::string& name : others) {
    if (are_decisions) break;
    const NamedColumn other = values_of(name);
    if (!repeats_the_groups(groups, other)) search.look_at(other);
  }

  const bool within_persons =
      !column.pairs.empty() && column.pairs.front().exchange == Exchange::signs;
  std::vector<std::string> remarks{
      describe_confounds(column.column, search.found(), within_persons)};
  for (const GroupPerformance& group : column.groups)
    remarks.push_back(describe_wrong_group(group, column.cases, n_classes));
  for (std::string& remark : remarks) {
    if (!remark.empty()) column.remarks.push_back(std::move(remark));
  }
}

}  // namespace csm
