#include "csm/measure/person_column.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

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

/// The images of one person.
struct PersonCount {
  std::string person;
  std::int64_t n_images = 0;
};

/// How many images each person has, the most first; of nobody in particular, each is a person.
std::vector<PersonCount> count_images(std::span<const std::string> persons) {
  std::map<std::string, std::int64_t> n_of_person;
  std::vector<PersonCount> counts;
  for (const std::string& person : persons) {
    if (person.empty())
      counts.push_back({.person = "", .n_images = 1});
    else
      n_of_person[person] += 1;
  }
  for (const auto& [person, n] : n_of_person) counts.push_back({.person = person, .n_images = n});
  std::stable_sort(counts.begin(), counts.end(),
                   [](const auto& a, const auto& b) { return a.n_images > b.n_images; });
  return counts;
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

std::string describe_large_person(const std::string& column, std::span<const std::string> persons) {
  const std::vector<PersonCount> counts = count_images(persons);
  if (counts.empty()) return "";
  constexpr std::size_t fewest_images = 20;
  constexpr std::int64_t fewest_of_person = 10;
  constexpr std::int64_t most_of_median = 2;
  const auto n = std::ssize(persons);
  const bool is_large =
      persons.size() >= fewest_images && counts.front().n_images >= fewest_of_person &&
      10 * counts.front().n_images > n && counts[counts.size() / 2].n_images <= most_of_median;
  const auto is_doubted = [&](const PersonCount& count) {
    return count.n_images > 1 && looks_missing(count.person);
  };
  const auto doubted = std::find_if(counts.begin(), counts.end(), is_doubted);
  if (doubted == counts.end() && !is_large) return "";
  const PersonCount& found = doubted == counts.end() ? counts.front() : *doubted;
  return "'" + shown_value(found.person) + "' of '" + column + "' counts as one person with " +
         std::to_string(found.n_images) + " of the " + std::to_string(n) +
         " images. If it is none, leave the cells empty: each of their images then counts as a "
         "person of its own.";
}

std::string describe_nameless(const std::string& column, std::span<const std::string> persons) {
  const auto n = std::count(persons.begin(), persons.end(), std::string());
  if (n == 0) return "";
  return std::to_string(n) + " of " + std::to_string(persons.size()) +
         (persons.size() == 1 ? " image has" : " images have") + " no '" + column +
         "': each counts as a person of its own. If they show persons who have other images, "
         "differences seem surer than they are.";
}

std::vector<std::string> describe_persons(const PersonColumn& column,
                                          std::span<const std::string> persons) {
  std::vector<std::string> warnings;
  if (column.column.empty()) return warnings;
  for (std::string& warning : std::vector{describe_large_person(column.column, persons),
                                          describe_nameless(column.column, persons)}) {
    if (!warning.empty()) warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace csm
