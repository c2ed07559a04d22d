#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

constexpr auto region_name_field =
    field(&RegionSummary::name, "name", "", "region; the subject's own left and right");
constexpr auto region_mean_field =
    field(&RegionSummary::mean, "mean", "{map_unit}", "mean saliency of the region");
constexpr auto region_fields = std::tuple{
    region_name_field,
    region_mean_field,
    field(&RegionSummary::standard_error, "mean_errors", "{map_unit}",
          "standard error between images"),
    field(&RegionSummary::share, "share", "1", "share of the positive saliency of the face"),
    field(&RegionSummary::n_pixels, "n_pixels", "px", "size of the region"),
};

using Failure = std::pair<const std::string, std::int64_t>;

constexpr auto failure_fields = std::tuple{
    field(&Failure::first, "reason", "", "why images were left out"),
    field(&Failure::second, "n_images", "1", "images left out for this reason"),
};

std::vector<double> accuracy_of(const Classification& counts) {
  return {counts.accuracy.share, counts.accuracy.low, counts.accuracy.high};
}

H5Array<double> accuracy_of_class(const Classification& counts) {
  H5Array<double> array{.values = {}, .shape = {counts.classes.size(), 3}};
  for (const ShareInterval& share : counts.accuracy_of_class)
    array.values.insert(array.values.end(), {share.share, share.low, share.high});
  return array;
}

constexpr std::string_view accuracy_name =
    "share that is right, lower and upper end of its 95 % interval (Wilson, by persons)";
constexpr auto classification_fields = std::tuple{
    field(&Classification::classes, "class", "", "in the order of the model"),
    field(&Classification::n_labelled, "n_labelled", "1", "images with this label"),
    field(&Classification::n_predicted, "n_predicted", "1", "images taken for this class"),
    field(&Classification::confusion, "confusion", "1",
          "images by label (rows) and predicted class (columns)")
        .with_axes("class, class"),
    field(&accuracy_of_class, "accuracy_of_class", "1", accuracy_name).with_axes("class, interval"),
    field(&accuracy_of, "accuracy", "1", accuracy_name).with_axes("interval"),
    field(&Classification::n_right, "n_right", "1", "images with label and prediction alike"),
    field(&Classification::n_persons, "n_persons", "1",
          "persons with a label, whom the intervals count"),
    field(&Classification::n_saturated, "n_saturated", "1",
          "images with more than half of their confidences at an end of the scale"),
};

void write_regions(hid_t entry, const Result& result, const FieldTerms& terms) {
  const H5Handle group = create_group(entry, regions_group);
  write_attribute(group.get(), "signal", std::string(region_mean_field.name));
  write_attribute(
      group.get(), "title",
      "The map averaged over regions of the face; left and right are the subject's own");
  write_table(group.get(), region_fields, result.regions, terms);
}

}  // namespace

void write_named_texts(hid_t parent, const GroupInfo& info, const NamedTexts& texts) {
  const H5Handle group = create_group(parent, info);
  std::set<std::string> taken;
  for (const auto& [key, value] : texts) {
    std::string name = object_name(key);
    std::replace(name.begin(), name.end(), '-', '_');
    if (taken.insert(name).second) write_text(group.get(), name, value);
  }
}

void write_tables(hid_t entry, const Result& result, const FieldTerms& terms) {
  // The tables, each a column a field.
  write_regions(entry, result, terms);
  write_table(create_group(entry, images_group).get(), image_fields, result.images, terms);
  if (!result.classification.empty()) {
    write_record(create_group(entry, classification_group).get(), classification_fields,
                 result.classification, terms);
  }
  write_table(create_group(entry, failures_group).get(), failure_fields, result.failures, terms);

  // What was given, and what computed it.
  NamedTexts options;
  for (const RecordedOption& option : result.options) {
    if (option.scope != OptionScope::process) options.emplace_back(option.name, option.value);
  }
  write_named_texts(entry, options_group, options);
  write_named_texts(entry, versions_group, result.versions);
  write_named_texts(entry, inputs_group, result.inputs);
}

std::vector<GroupSchema> tables_schema() {
  return {table_schema<RegionSummary>(regions_group, region_fields),
          table_schema<ImageRow>(images_group, image_fields),
          record_schema<Classification>(classification_group, classification_fields),
          table_schema<Failure>(failures_group, failure_fields),
          {.group = options_group, .fields = {}, .any_name = "option, with underscores"},
          {.group = versions_group, .fields = {}, .any_name = "program or library"},
          {.group = inputs_group, .fields = {}, .any_name = "what the run was given"}};
}

}  // namespace csm
