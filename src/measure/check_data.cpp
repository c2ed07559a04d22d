#include "csm/measure/check_data.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/core/text.h"
#include "csm/dataset/label_text.h"
#include "csm/measure/image_loop.h"
#include "csm/model/confidence.h"
#include "value_range.h"

namespace csm {
namespace {

std::string list_columns(const Dataset& dataset) {
  return dataset.column_names.empty() ? "it has no columns"
                                      : "its columns are " + join(dataset.column_names);
}

/// Where WebDataset keeps the index of a sample's class, from 0.
constexpr const char* class_column_of_shards = "cls";

/// What numbers in the label column are: in .cls members, indices.
LabelNumbers label_numbers_of(const Job& job) {
  const LabelNumbers chosen = job.spec.options.dataset.label_numbers;
  const bool are_indices = job.spec.dataset.format == DatasetFormat::tar &&
                           job.spec.label_column == class_column_of_shards;
  return chosen == LabelNumbers::automatic && are_indices ? LabelNumbers::indices : chosen;
}

/// The values of a column, one an image of the run; empty if an image has none.
std::vector<std::string> values_of(const Job& job, const std::string& column) {
  std::vector<std::string> values;
  for (const std::int64_t index : job.spec.order)
    values.push_back(job.spec.dataset.samples[index].columns.find(column).value_or(""));
  return values;
}

bool uses_classes(const Options& options) { return is_class_confidence(options.model.confidence); }

/// Whether the sub-folders of at least half of the images, also before they were packed into
/// shards, are named after classes. Numbers do not count: they name persons as well.
bool has_class_folders(const Dataset& dataset, const std::vector<std::string>& classes) {
  if (dataset.format != DatasetFormat::folder && dataset.format != DatasetFormat::tar) return false;
  std::vector<std::string> names;
  for (const Sample& sample : dataset.samples) {
    const std::string name = sample.columns.find("identity").value_or("");
    names.push_back(parse_number(name) ? "" : name);
  }
  return 2 * ClassLabels(classes, LabelNumbers::automatic, names).n_known() >= std::ssize(names);
}

/// "12 of 20 images"
std::string share(std::size_t n, std::size_t n_all) {
  return std::to_string(n) + " of " + std::to_string(n_all) + " images";
}

/// Says what the values of a column that tells persons apart are. @param purpose what they are
/// needed for
void describe_persons(Job& job, const std::string& column, const std::string& purpose) {
  const std::vector<std::string> values = values_of(job, column);
  std::map<std::string, std::size_t> n_images_of;
  for (const std::string& value : values) {
    if (!value.empty()) ++n_images_of[value];
  }

  // Nothing can be compared without persons.
  const auto n_unknown =
      static_cast<std::size_t>(std::count(values.begin(), values.end(), std::string()));
  if (n_images_of.empty()) {
    throw InputError(
        {"no image has a value in the column '" + column + "', which " + purpose + " needs",
         list_columns(job.spec.dataset),
         "Give a CSV with that column, or one folder for each person, or name another column."});
  }
  if (column == "identity" && !job.spec.dataset.identity_doubt.empty()) {
    throw InputError({"the persons of '" + job.spec.dataset.root.string() +
                          "' are not known: " + job.spec.dataset.identity_doubt,
                      purpose + " needs them",
                      "Give a CSV with the columns path and identity (--manifest), or one folder "
                      "for each person."});
  }

  // One person alone is likely another column.
  std::string text = "The column '" + column + "' tells " + std::to_string(n_images_of.size()) +
                     " persons apart in " + std::to_string(values.size()) + " images";
  if (n_unknown > 0) text += "; " + std::to_string(n_unknown) + " without a value";
  if (n_images_of.size() > 1 || values.size() == 1) {
    job.spec.remarks.push_back(text + ".");
    return;
  }
  job.spec.warnings.push_back("All " + share(values.size() - n_unknown, values.size()) +
                              " have one value, '" + shown_value(n_images_of.begin()->first) +
                              "', in the column '" + column + "': they count as one person for " +
                              purpose + ". Is that the column with the person?");
}

/// The images of the gallery by label.
std::map<std::string, std::vector<std::filesystem::path>> paths_by_label(const Job& job) {
  std::map<std::string, std::vector<std::filesystem::path>> paths;
  for (const Sample& sample : job.spec.gallery->samples)
    paths[sample.columns.find(job.spec.label_column).value_or("")].push_back(
        sample.path.lexically_normal());
  return paths;
}

}  // namespace

std::string find_label_column(const Options& options, const ModelContract& contract,
                              const Dataset& dataset) {
  const std::string& named = options.dataset.label;
  if (!named.empty()) {
    if (dataset.has_column(named)) return named;
    if (named == "none") return {};
    const auto nearest = nearest_text(named, dataset.column_names);
    throw InputError({"--label is '" + named + "', but the data set '" + dataset.root.string() +
                          "' has no such column",
                      list_columns(dataset),
                      nearest ? "Did you mean '" + *nearest + "'?"
                      : dataset.column_names.empty()
                          ? advise_column(dataset, named)
                          : "Name one of its columns, or --label auto or none."});
  }
  if (is_pair_confidence(options.model.confidence)) return "same_person";
  if (const auto column = column_like(dataset.column_names, contract.task)) return *column;
  if (!uses_classes(options)) return "identity";
  if (dataset.format == DatasetFormat::tar && dataset.has_column(class_column_of_shards))
    return class_column_of_shards;
  return has_class_folders(dataset, contract.classes) ? "identity" : contract.task;
}

void read_labels(Job& job) {
  if (!uses_classes(job.spec.options)) return;
  const std::vector<std::string> values = values_of(job, job.spec.label_column);
  const ClassLabels& labels =
      job.spec.class_labels.emplace(job.spec.target_names, label_numbers_of(job), values);

  // --target label needs labels that are certain.
  const std::string unknown = labels.list_unknown();
  const bool is_needed = job.spec.options.model.target == Target::label;
  if (is_needed && labels.n_labels() == 0) {
    throw InputError({"--target label: " + (job.spec.label_column.empty()
                                                ? "--label is none"
                                                : "no image has a value in the column '" +
                                                      job.spec.label_column + "'"),
                      list_columns(job.spec.dataset),
                      "Name the column with --label, or use --target predicted."});
  }
  if (is_needed && (labels.n_known() == 0 || labels.has_ambiguous_numbers())) {
    throw InputError(
        {"--target label: the column '" + job.spec.label_column +
             "' names no class for certain: " + unknown,
         list_columns(job.spec.dataset),
         labels.advise() + " Or name another column with --label, or use --target predicted."});
  }

  // Else they only group and count the images, and what was not understood is reported.
  if (labels.n_labels() == 0) {
    // A plain folder has no labels; a table without the one that is looked for may call it by
    // another name.
    if (!job.spec.label_column.empty() && !job.spec.dataset.column_names.empty() &&
        job.spec.dataset.format != DatasetFormat::folder &&
        job.spec.dataset.format != DatasetFormat::lfw) {
      job.spec.remarks.push_back("No image has a label: none has a value in the column '" +
                                 job.spec.label_column + "' (" + list_columns(job.spec.dataset) +
                                 "; --label names another one).");
    }
    return;
  }
  std::string known = labels.describe_known(job.spec.label_column);
  if (unknown.empty()) {
    job.spec.remarks.push_back(std::move(known));
  } else {
    job.spec.warnings.push_back(known + " Not understood: " + unknown + ". " + labels.advise());
  }
}

void check_identities(Job& job) {
  const DatasetOptions& options = job.spec.options.dataset;
  if (needs_gallery(job.spec.options))
    describe_persons(job, job.spec.label_column, "the comparison with --gallery");
  const bool is_halved = options.half != Half::all && !options.half_by.empty();
  if (is_halved && !(needs_gallery(job.spec.options) && options.half_by == job.spec.label_column))
    describe_persons(job, options.half_by, "--half-by");
}

void check_gallery(Job& job) {
  const auto paths = paths_by_label(job);
  std::size_t n_unlabelled = 0;
  std::size_t n_alone = 0;
  std::string first_alone;
  for (const std::int64_t index : job.spec.order) {
    const Sample& sample = job.spec.dataset.samples[index];
    const std::string label = sample.columns.find(job.spec.label_column).value_or("");
    if (label.empty()) {
      ++n_unlabelled;
      continue;
    }
    const auto found = paths.find(label);
    const bool has_other =
        found != paths.end() &&
        std::any_of(found->second.begin(), found->second.end(),
                    [&](const auto& path) { return path != sample.path.lexically_normal(); });
    if (!has_other && n_alone++ == 0)
      first_alone = "'" + sample.id + "' of '" + shown_value(label) + "'";
  }

  if (n_unlabelled + n_alone == 0) return;
  const std::size_t n_all = job.spec.order.size();
  std::vector<std::string> reasons;
  if (n_alone > 0)
    reasons.push_back("for " + share(n_alone, n_all) + " the gallery '" +
                      job.spec.options.dataset.gallery.string() +
                      "' has no other image of the same '" + job.spec.label_column + "', such as " +
                      first_alone);
  if (n_unlabelled > 0)
    reasons.push_back(share(n_unlabelled, n_all) + " have no value in the column '" +
                      job.spec.label_column + "'");

  // These images will fail: too many of them end the run before any work.
  const std::int64_t n_allowed =
      allowed_failures(job.spec.options.run.max_failures, static_cast<std::int64_t>(n_all));
  if (static_cast<std::int64_t>(n_unlabelled + n_alone) > n_allowed ||
      n_unlabelled + n_alone == n_all) {
    throw InputError({join(reasons, "; "),
                      "they cannot be compared, and --max-failures allows " +
                          std::to_string(n_allowed) + " failures",
                      "Give a gallery with another image of each person, or raise --max-failures "
                      "to have the map of the "
                      "others."});
  }
  job.spec.warnings.push_back("Images will be left out: " + join(reasons, "; ") + ".");
}

void check_pair_kinds(const Job& job) {
  std::set<bool> kinds;
  for (const auto* order : {&job.spec.order, &job.spec.training_order}) {
    for (const std::int64_t index : *order)
      kinds.insert(is_same_person(job.spec.dataset.samples[index]));
  }
  if (kinds.size() != 1) return;
  const std::string kind =
      kinds.contains(true) ? "one person (same_person is 1)" : "two persons (same_person is 0)";
  throw InputError(
      {"all " + std::to_string(job.spec.order.size() + job.spec.training_order.size()) +
           " pairs of '" + job.spec.options.dataset.pairs.string() + "' are of " + kind,
       "the threshold of Eq. (8) needs both kinds", "Check the column same_person and --limit."});
}

}  // namespace csm
