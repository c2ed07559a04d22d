#include "csm/run/test_result.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "csm/cluster/agreement.h"
#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/columns.h"
#include "csm/dataset/dataset.h"
#include "csm/explain/method_facts.h"
#include "csm/inference/describe_clusters.h"
#include "csm/inference/describe_findings.h"
#include "csm/measure/design_images.h"
#include "csm/measure/group_cautions.h"
#include "csm/measure/grouping.h"
#include "csm/measure/map_cautions.h"
#include "csm/measure/person_column.h"
#include "csm/reduce/estimate_intervals.h"
#include "csm/reduce/gather_rows.h"
#include "csm/reduce/map_magnitudes.h"
#include "csm/reduce/test_groups.h"
#include "csm/store/saved_result.h"
#include "describe_kinds.h"
#include "image_columns.h"
#include "share_dataset.h"

namespace csm {
namespace {

/// The data set that the result was made of, or the manifest that is given; with --where only what
/// it wants. Errors: InputError.
Dataset open_columns(const Options& options) {
  DatasetOptions given = options.dataset;
  given.limit.reset();
  given.half = Half::all;
  return list_images(given);
}

/// One column's images with their groups.
std::vector<TestedImage> images_of_column(const std::vector<ImageRow>& rows,
                                          const ImageColumns& columns, const std::string& column,
                                          const std::string& person, const std::string& stratum) {
  std::vector<TestedImage> images;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    images.push_back(
        {.row = &rows[i],
         .group = columns.is_wanted(i) ? columns.own_value_or_value(i, column) : std::string(),
         .person = columns.value(i, person),
         .stratum = columns.value(i, stratum)});
  }
  return images;
}

/// The images that --where wants, all as one group.
std::vector<TestedImage> chosen_images(const SavedResult& result, const ImageColumns& columns,
                                       const std::string& person) {
  std::vector<TestedImage> images;
  for (std::size_t i = 0; i < result.images.size(); ++i) {
    images.push_back({.row = &result.images[i],
                      .group = columns.is_wanted(i) ? "all" : "",
                      .person = columns.value(i, person),
                      .stratum = ""});
  }
  return images;
}

/// The distinct values. Errors: InputError for more than can be groups.
std::vector<std::string> values_of_images(const std::vector<TestedImage>& images,
                                          const std::string& column) {
  std::set<std::string> values;
  for (const TestedImage& image : images) {
    if (!image.group.empty()) values.insert(image.group);
  }
  if (values.size() > most_groups) {
    throw InputError({"the column '" + column + "' has " + std::to_string(values.size()) +
                          " values, as a number or a name has",
                      "each value is a group, at most " + std::to_string(most_groups),
                      "Name a column with fewer values, such as bands of ages."});
  }
  std::vector<std::string> names(values.begin(), values.end());
  require_short_names(column, names);
  return names;
}

RankValues read_values_of(const SavedResult& result, const CoarseGrid& grid,
                          std::span<const int> ranks, int rank) {
  RankValues values;
  values.rows.n_values = grid.n_values();
  values.row_of_image.assign(result.images.size(), -1);
  read_saved_maps(
      result, [&](std::size_t i) { return ranks[i] == rank; },
      [&](std::size_t i, const Grid<float>& map) {
        values.row_of_image[i] = values.rows.n_rows();
        values.rows.append(grid.row_of(grid.coarsen(map)));
      });
  return values;
}

/// Errors: InputError if the findings could not be written, or would replace the maps themselves.
void require_output(const TestCommand& test) {
  const std::string output = "'" + test.output.string() + "'";
  std::error_code ignored;
  if (std::filesystem::equivalent(test.output, test.result, ignored)) {
    throw InputError({"--output is the result " + output + " itself",
                      "the findings would replace the maps", "Give another --output."});
  }
  if (std::filesystem::exists(test.output) && !test.options.output.overwrite) {
    throw InputError({output + " exists already", "it would be replaced",
                      "Give another --output, or --overwrite."});
  }
  const std::filesystem::path folder = test.output.parent_path();
  if (!folder.empty() && !std::filesystem::is_directory(folder)) {
    throw InputError({"the folder of --output " + output + " does not exist",
                      "the findings are written there", "Make it, or give another --output."});
  }
}

/// Errors: InputError if the data set has no image of the result.
void require_images(const SavedResult& result, const Dataset& dataset,
                    const ImageColumns& columns) {
  if (result.images.empty() || columns.n_missing() < std::ssize(result.images)) return;
  throw InputError(
      {"the data set '" + dataset.root.string() + "' has none of the " +
           std::to_string(result.images.size()) + " images of the result",
       "it lists such as '" + dataset.samples.front().id + "', and the result has such as '" +
           result.images.front().id + "'",
       "Give the folder that the paths start from with --dataset, and the CSV that lists these "
       "images with --manifest."});
}

/// Errors: InputError for a column that neither the result nor the data set has.
void require_columns(const TestCommand& test, const Dataset& dataset) {
  const auto& known = dataset.column_names;
  const bool is_pair = !test.options.inference.pair_by.empty();
  for (const std::string& column : test.columns) {
    if (is_own_column(column) || dataset.has_column(column)) continue;
    throw InputError(
        {(is_pair ? "--pair-by" : "--group-by") + (" names the column '" + column + "'"),
         "the data set '" + dataset.root.string() + "' has no such column",
         "Valid: target, predicted, label" + (known.empty() ? "" : ", " + join(known)) +
             "; or give a CSV that has it with --manifest."});
  }
}

std::string describe_missing(const SavedResult& result, std::int64_t n_missing,
                             const std::string& where) {
  return std::to_string(n_missing) + " of " + std::to_string(result.images.size()) +
         " images of the result are " +
         (where.empty() ? "not in the data set." : "not among those of --where '" + where + "'.");
}

/// The maps of the persons that this rank holds. @note Collective.
RankValues share_values(const Communicator& communicator, const SavedResult& result,
                        const CoarseGrid& grid, const std::vector<DesignImage>& chosen) {
  const std::vector<int> ranks = deal_images(chosen, communicator.size());
  RankValues own;
  agree(communicator, [&] { own = read_values_of(result, grid, ranks, communicator.rank()); });
  return own;
}

/// A result with the columns of its images, and who is one person.
struct TestedResult {
  SavedResult result;
  Dataset dataset;
  std::optional<ImageColumns> columns;
  std::optional<ImageColumns> columns_left_out;  ///< of the images without a map
  PersonColumn persons;
  std::vector<TestedImage> chosen;  ///< all images; those that --where wants are one group
  std::vector<float> largest;       ///< magnitude of each map: largest_of_maps
  std::vector<std::string> person_warnings;

  std::string exchange_by() const {
    return persons.column.empty() ? exchange_images : persons.column;
  }
};

/// What may tell kinds of explanations apart: all columns but the persons', and the decisions.
std::vector<NamedColumn> columns_of_kinds(const TestedResult& tested) {
  // What the data set says comes first: the decisions follow from the maps' own classes.
  std::vector<std::string> names =
      columns_beside(tested.dataset, {tested.persons.column, "label", "predicted", "target"});
  names.insert(names.end(), {"label", "predicted", "target"});
  std::vector<NamedColumn> columns;
  columns.reserve(names.size());
  for (const std::string& name : names) columns.push_back(tested.columns->named(name));
  return columns;
}

/// The kinds of explanations among the chosen images, on the root; elsewhere nothing.
/// @note Collective.
std::optional<MapClusters> find_kinds(const Communicator& communicator, const SavedResult& result,
                                      const CoarseGrid& grid, std::span<const TestedImage> chosen,
                                      const RankValues& own,
                                      const std::vector<NamedColumn>& columns, std::uint64_t seed) {
  const RankValues all = gather_rows(communicator, own, std::ssize(result.images));
  std::optional<MapClusters> found;
  agree(communicator, [&] {
    if (communicator.is_root())
      found = describe_kinds(grid, chosen, all, columns, result.classes, seed);
  });
  return found;
}

/// Whom the chosen images show, as far as it is known.
std::vector<std::string> persons_of(std::span<const TestedImage> chosen) {
  std::vector<std::string> persons;
  for (const TestedImage& image : chosen) {
    if (!image.group.empty()) persons.push_back(image.person);
  }
  return persons;
}

/// The warnings of the run, and what must be known of the maps of the chosen images.
std::vector<std::string> remarks_on_maps(const TestedResult& tested) {
  std::vector<std::string> remarks;
  const std::vector<std::string>& warnings = tested.result.warnings;
  remarks.reserve(warnings.size());
  for (const std::string& warning : warnings)
    remarks.push_back("The run that made the maps warned: " + warning);
  for (std::string& remark : describe_maps(tested.chosen, tested.largest)) {
    if (std::find(warnings.begin(), warnings.end(), remark) == warnings.end())
      remarks.push_back(std::move(remark));
  }
  return remarks;
}

/// @note Collective. Errors: InputError on all ranks.
TestedResult open_tested_result(const Communicator& communicator, const TestCommand& test) {
  TestedResult tested;
  agree(communicator, [&] {
    require_output(test);
    tested.result = read_saved_result(test.result);
  });
  const std::string& where = test.options.dataset.where;
  tested.dataset = share_dataset(communicator, [&] { return open_columns(test.options); });
  agree(communicator, [&] {
    tested.columns.emplace(tested.result.images, tested.dataset, where);
    tested.columns_left_out.emplace(tested.result.left_out, tested.dataset, where);
    if (where.empty()) require_images(tested.result, tested.dataset, *tested.columns);
    tested.persons = find_person_column(tested.dataset, test.options.inference);
    require_columns(test, tested.dataset);
  });
  tested.chosen = chosen_images(tested.result, *tested.columns, tested.persons.column);
  tested.person_warnings = describe_persons(tested.persons, persons_of(tested.chosen));
  return tested;
}

/// How the groups of one column differ. @note Collective.
ColumnFindings test_column(const Communicator& communicator, const TestCommand& test,
                           const TestedResult& tested, const CoarseGrid& grid,
                           const RankValues& own, const std::string& column) {
  const Options& options = test.options;
  const SavedResult& result = tested.result;
  std::vector<TestedImage> images =
      images_of_column(result.images, *tested.columns, column, tested.persons.column,
                       options.inference.permute_within);
  leave_out_empty_maps(images, tested.largest);
  std::vector<std::string> groups;
  agree(communicator, [&] { groups = values_of_images(images, column); });
  ColumnFindings found =
      test_groups(communicator, grid, to_design(images), own,
                  make_group_test(column, groups, options.inference, options.dataset.seed));
  found.cases = name_cases(result.classes);
  found.groups = measure_performance(images, groups, result.classes);
  count_left_out(images,
                 images_of_column(result.left_out, *tested.columns_left_out, column,
                                  tested.persons.column, options.inference.permute_within),
                 found);
  measure_confidence_effects(images, found);

  // How to read it.
  std::string zero_groups =
      describe_zero_groups(images, tested.largest, name_of_confidence(result.confidence));
  if (!zero_groups.empty()) found.cautions.push_back(std::move(zero_groups));
  const bool is_compared = !found.pairs.empty() || found.has_omnibus;
  if (is_compared) found.remarks.push_back(tested.persons.remark);
  if (is_compared && communicator.is_root()) {  // which alone writes remarks
    add_cautions(
        images,
        columns_beside(tested.dataset,
                       {column, tested.persons.column, options.inference.permute_within}),
        [&](const std::string& name) { return tested.columns->named(name); }, result.classes.size(),
        found);
  }
  found.remarks.insert(found.remarks.end(), tested.person_warnings.begin(),
                       tested.person_warnings.end());
  for (std::string& remark :
       std::vector{describe_names_alike(column, groups), describe_names_missing(column, groups)}) {
    if (!remark.empty()) found.remarks.push_back(std::move(remark));
  }
  const std::int64_t n_missing = tested.columns->n_missing();
  if (n_missing > 0)
    found.remarks.push_back(describe_missing(result, n_missing, options.dataset.where));
  return found;
}

/// Errors: InputError if no comparison was possible, with the reasons.
void require_some_test(const Inference& inference) {
  if (inference.findings.empty()) {
    if (inference.intervals) return;
    throw InputError({"one person's images are chosen",
                      "how much one person's map differs from the next one's is not known",
                      "Choose more images; --exchange-by names the column of the persons."});
  }
  std::vector<std::string> reasons;
  for (const ColumnFindings& column : inference.findings) {
    if (!column.pairs.empty() || column.has_omnibus) return;
    for (std::string remark : column.remarks) {
      // The error itself says so.
      constexpr std::string_view untested = "Not tested: ";
      if (remark.starts_with(untested)) remark.erase(0, untested.size());
      reasons.push_back(std::move(remark));
    }
  }
  if (inference.intervals)
    reasons.insert(reasons.end(), inference.intervals->remarks.begin(),
                   inference.intervals->remarks.end());
  throw InputError(
      {"nothing could be tested", join(reasons, " "), "Name another column, or give more images."});
}

}  // namespace

Inference test_result(const Communicator& communicator, const TestCommand& test,
                      const std::string& command) {
  const Options& options = test.options;
  TestedResult tested = open_tested_result(communicator, test);
  const SavedResult& result = tested.result;

  // Each rank reads the maps of its persons once.
  const CoarseGrid grid(result.pixel_regions, result.pixel_weights);
  const RankValues own = share_values(communicator, result, grid, to_design(tested.chosen));
  tested.largest = largest_of_maps(communicator, own, std::ssize(result.images));
  agree(communicator, [&] {
    require_drops(tested.chosen, tested.largest, name_of_confidence(result.confidence));
  });
  std::vector<std::string> remarks = remarks_on_maps(tested);
  leave_out_empty_maps(tested.chosen, tested.largest);
  const std::vector<DesignImage> chosen = to_design(tested.chosen);

  // How far the map of the chosen images would change with other persons.
  Inference inference;
  inference.confidence = name_of_confidence(result.confidence);
  inference.intervals = estimate_intervals(communicator, grid, chosen, own, resamples_of_intervals,
                                           options.dataset.seed);
  if (inference.intervals) {
    inference.intervals->exchange_by = tested.exchange_by();
    inference.intervals->cases = name_cases(result.classes);
    inference.intervals->remarks = std::move(remarks);
  }

  // How the groups of each column differ, and whether the images are of several kinds.
  for (const std::string& column : test.columns) {
    inference.findings.push_back(test_column(communicator, test, tested, grid, own, column));
    inference.findings.back().exchange_by = tested.exchange_by();
  }
  if (test.finds_clusters) {
    inference.clusters =
        find_kinds(communicator, result, grid, tested.chosen, own,
                   communicator.is_root() ? columns_of_kinds(tested) : std::vector<NamedColumn>(),
                   options.dataset.seed);
    if (inference.clusters) inference.clusters->exchange_by = tested.exchange_by();
  }
  agree(communicator, [&] {
    if (!communicator.is_root()) return;
    const std::int64_t n_missing = tested.columns->n_missing();
    require_some_test(inference);
    if (inference.clusters) {
      describe_clusters(*inference.clusters, result.map_unit);
      if (test.columns.empty()) inference.clusters->sentences.push_back(tested.persons.remark);
    }
    conclude(inference, result.largest, result.map_unit);
    if (inference.intervals && test.columns.empty()) {
      for (const std::string& warning : tested.person_warnings)
        inference.intervals->sentences.push_back(warning);
    }
    if (inference.intervals && options.dataset.where.empty() && n_missing > 0) {
      inference.intervals->sentences.push_back(describe_missing(result, n_missing, "") +
                                               " Each counts as a person.");
    }
    write_findings_file(test.output, result, inference, command);
  });
  return inference;
}

}  // namespace csm
