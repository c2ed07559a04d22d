#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "csm/options/options.h"
#include "h5_write.h"
#include "write_parts.h"

namespace csm {
namespace {

/// One member of every row, as a column.
template <class Row, class Value>
std::vector<Value> column(const std::vector<Row>& rows, Value Row::*member) {
  std::vector<Value> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(row.*member);
  return values;
}

void write_regions(hid_t entry, const Result& result) {
  const H5Handle group = create_group(entry, "regions", "NXdata");
  write_attribute(group.get(), "signal", "mean");
  write_attribute(
      group.get(), "title",
      "The map averaged over regions of the face; left and right are the subject's own");
  const std::vector<RegionSummary>& rows = result.regions;
  write_texts(group.get(), "name", column(rows, &RegionSummary::name),
              {"region; the subject's own left and right", "", ""});
  write_column(group.get(), "mean", column(rows, &RegionSummary::mean),
               {"mean saliency of the region", result.words.unit, ""});
  write_column(group.get(), "mean_errors", column(rows, &RegionSummary::standard_error),
               {"standard error between images", result.words.unit, ""});
  write_column(group.get(), "share", column(rows, &RegionSummary::share),
               {"share of the positive saliency of the face", "1", ""});
  write_column(group.get(), "n_pixels", column(rows, &RegionSummary::n_pixels),
               {"size of the region", "px", ""});
}

void write_image_texts(hid_t group, const std::vector<ImageRow>& rows,
                       const std::string& group_by) {
  write_texts(group, "id", column(rows, &ImageRow::id),
              {"path of the image in the data set", "", ""});
  write_texts(group, "status", column(rows, &ImageRow::status),
              {"ok, or why the image was left out", "", ""});
  write_texts(group, "detail", column(rows, &ImageRow::detail),
              {"the whole message of a failure", "", ""});
  write_texts(group, "label", column(rows, &ImageRow::label), {"true class", "", ""});
  write_texts(group, "predicted", column(rows, &ImageRow::predicted),
              {"class with the highest confidence", "", ""});
  write_texts(group, "target", column(rows, &ImageRow::target),
              {"class whose confidence was measured", "", ""});
  write_texts(group, "group", column(rows, &ImageRow::group),
              {"value of " + group_by + ", of --group-by", "", ""});
}

/// What an approximation left out and how far it was off.
void write_audits(hid_t group, const std::vector<ImageRow>& rows, const std::string& unit) {
  write_column(group, "n_audited", column(rows, &ImageRow::n_audited),
               {"approximated patches that were computed exactly too", "1", ""});
  write_column(group, "audit_error", column(rows, &ImageRow::audit_error),
               {"root mean square error of the approximated drops", unit, ""});
  write_column(group, "audit_correlation", column(rows, &ImageRow::audit_correlation),
               {"correlation of approximated and computed drops", "1", ""});
  write_column(group, "audit_bias", column(rows, &ImageRow::audit_bias),
               {"mean error of the approximated drops", unit, ""});
  write_column(group, "audit_spread", column(rows, &ImageRow::audit_spread),
               {"standard deviation of that error", unit, ""});
  write_column(group, "audit_drop_spread", column(rows, &ImageRow::audit_drop_spread),
               {"standard deviation of the computed drops", unit, ""});
  write_column(
      group, "n_fallbacks", column(rows, &ImageRow::n_fallbacks),
      {"1 where the error was above precision_tolerance and the image was computed in float32", "1",
       ""});
}

void write_images(hid_t entry, const Result& result) {
  const H5Handle group = create_group(entry, "images", "NXcollection");
  const std::vector<ImageRow>& rows = result.images;
  const std::string& unit = result.confidence_unit;
  write_column(group.get(), "order", column(rows, &ImageRow::order),
               {"position in the seeded order", "1", ""});
  write_image_texts(group.get(), rows, result.group_by);
  write_column(group.get(), "confidence", column(rows, &ImageRow::confidence),
               {result.confidence_name + " of the clean image", unit, "Eq. (1)"});
  const bool has_drops = result.method == "csm";
  const std::string value = has_drops ? "drop of a vertex" : result.words.value + " at a vertex";
  const std::string equation = has_drops ? "Eq. (1)" : "";
  write_column(group.get(), "max_drop", column(rows, &ImageRow::max_drop),
               {"largest " + value, result.words.unit, equation});
  write_column(group.get(), "min_drop", column(rows, &ImageRow::min_drop),
               {"smallest " + value, result.words.unit, equation});
  write_column(
      group.get(), "n_saturated", column(rows, &ImageRow::n_saturated),
      // terms: allow, a text of the result file, which keeps its bytes for now
      {"confidences of the image and its covered copies at an end of their scale", "1", ""});
  write_column(group.get(), "yaw", column(rows, &ImageRow::yaw),
               {"head turned to the subject's left", "deg", ""});
  write_column(group.get(), "pitch", column(rows, &ImageRow::pitch), {"head turned up", "deg", ""});
  write_column(group.get(), "roll", column(rows, &ImageRow::roll),
               {"head leant to the subject's left", "deg", ""});
  write_column(group.get(), "n_faces", column(rows, &ImageRow::n_faces),
               {"faces that the detector saw; -1 where it did not look", "1", ""});
  write_column(group.get(), "n_meshes_turned", column(rows, &ImageRow::n_meshes_turned),
               {"mesh files whose y axis was turned over", "1", ""});
  write_column(group.get(), "n_vertices", column(rows, &ImageRow::n_vertices),
               {"used vertices", "1", ""});
  write_column(group.get(), "n_patches", column(rows, &ImageRow::n_patches),
               {"distinct patches", "1", ""});
  write_column(
      group.get(), "n_computed", column(rows, &ImageRow::n_computed),
      {has_drops ? "patches that went through the network" : "forwards besides the clean image's",
       "1", ""});
  write_audits(group.get(), rows, unit);
}

/// How often the network is right.
void write_classification(hid_t entry, const Result& result) {
  const Classification& counts = result.classification;
  const H5Handle group = create_group(entry, "classification", "NXcollection");
  const auto n = static_cast<hsize_t>(counts.classes.size());
  write_texts(group.get(), "class", counts.classes, {"in the order of the model", "", ""});
  write_column(group.get(), "n_labelled", counts.n_labelled, {"images with this label", "1", ""});
  write_column(group.get(), "n_predicted", counts.n_predicted,
               {"images taken for this class", "1", ""});
  write_array<std::int64_t>(group.get(), "confusion", counts.confusion.values(), {n, n},
                            {"images by label (rows) and predicted class (columns)", "1", ""});
  std::vector<double> of_class;
  for (const ShareInterval& share : counts.accuracy_of_class)
    of_class.insert(of_class.end(), {share.share, share.low, share.high});
  write_array<double>(
      group.get(), "accuracy_of_class", of_class, {n, 3},
      {"share that is right, lower and upper end of its 95 % interval (Wilson)", "1", ""});
  write_column(
      group.get(), "accuracy",
      std::vector<double>{counts.accuracy.share, counts.accuracy.low, counts.accuracy.high},
      {"share that is right, lower and upper end of its 95 % interval (Wilson)", "1", ""});
  write_number(group.get(), "n_right", counts.n_right,
               {"images with label and prediction alike", "1", ""});
  write_number(group.get(), "n_saturated", counts.n_saturated,
               {"images with more than half of their confidences at an end of the scale", "1", ""});
}

void write_failures(hid_t entry, const Result& result) {
  const H5Handle group = create_group(entry, "failures", "NXcollection");
  std::vector<std::string> reasons;
  std::vector<std::int64_t> numbers;
  for (const auto& [reason, number] : result.failures) {
    reasons.push_back(reason);
    numbers.push_back(number);
  }
  write_texts(group.get(), "reason", reasons);
  write_column(group.get(), "n_images", numbers, {"images left out for this reason", "1", ""});
}

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

/// A group with one text for each name; dashes become underscores, as attributes and Python names
/// want it.
void write_named_texts(hid_t parent, const std::string& name, const NamedTexts& texts) {
  const H5Handle group = create_group(parent, name, "NXcollection");
  std::set<std::string> taken;
  for (const auto& [key, value] : texts) {
    std::string field = object_name(key);
    std::replace(field.begin(), field.end(), '-', '_');
    if (taken.insert(field).second) write_text(group.get(), field, value);
  }
}

}  // namespace

void write_tables(hid_t entry, const Result& result) {
  write_regions(entry, result);
  write_images(entry, result);
  if (!result.classification.empty()) write_classification(entry, result);
  write_failures(entry, result);
  NamedTexts options;
  for (const auto& option : result.options) {
    if (!is_process_option(option.first)) options.push_back(option);
  }
  write_named_texts(entry, "options", options);
  write_named_texts(entry, "versions", result.versions);
  write_named_texts(entry, "inputs", result.inputs);
}

}  // namespace csm
