#include <map>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/error.h"
#include "csm/study/verification_curves.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

constexpr auto evaluation_fields = std::tuple{
    field(&Faithfulness::maps, "maps", "", "names of the maps that were evaluated")
        .with_axes("map"),
    field(&Faithfulness::confidences, "confidences", "", "kinds of confidence, the run's own first")
        .with_axes("confidence"),
};

constexpr auto evaluated_image_fields = std::tuple{
    field(&ImageRow::order, "image_order", "1",
          "position in the seeded order, as in /entry/images"),
};

using Measure = FaithfulnessMeasure;

/// One end, or the mean, of intervals; of M maps (M), of their differences (M x M).
template <double MeanInterval::*member>
std::vector<double> of_map(const Measure& measure) {
  std::vector<double> values;
  for (const MeanInterval& interval : measure.of_map) values.push_back(interval.*member);
  return values;
}
template <double MeanInterval::*member>
H5Array<double> of_difference(const Measure& measure) {
  const hsize_t n_maps = measure.of_map.size();
  H5Array<double> array{.values = {}, .shape = {n_maps, n_maps}};
  for (const MeanInterval& interval : measure.differences) array.values.push_back(interval.*member);
  return array;
}

constexpr auto measure_fields = std::tuple{
    field(&Measure::n_images, "n_images", "1", "images that it is defined on"),
    field(&of_map<&MeanInterval::mean>, "mean", "{measure_unit}", "{measure}"),
    field(&of_map<&MeanInterval::low>, "low", "{measure_unit}",
          "{measure}, lower end of the 95 % interval (bootstrap over images)"),
    field(&of_map<&MeanInterval::high>, "high", "{measure_unit}",
          "{measure}, upper end of the 95 % interval (bootstrap over images)"),
    field(&of_difference<&MeanInterval::mean>, "difference_mean", "{measure_unit}",
          "map of the row less map of the column, on the same images")
        .with_axes("map, map"),
    field(&of_difference<&MeanInterval::low>, "difference_low", "{measure_unit}",
          "map of the row less map of the column, on the same images, lower end of the 95 % "
          "interval (bootstrap over images)")
        .with_axes("map, map"),
    field(&of_difference<&MeanInterval::high>, "difference_high", "{measure_unit}",
          "map of the row less map of the column, on the same images, upper end of the 95 % "
          "interval (bootstrap over images)")
        .with_axes("map, map"),
};

template <std::vector<double> VerificationCurves::*member>
H5Array<double> of_steps(const VerificationCurves& curves) {
  const hsize_t n_steps = curves.altered_share.size();
  const std::vector<double>& values = curves.*member;
  return {.values = values, .shape = {values.size() / n_steps, n_steps}};
}

constexpr auto verification_fields = std::tuple{
    field(&VerificationCurves::threshold, "threshold", "1",
          "cosine at which as many clean pairs of one person are rejected as of two are accepted"),
    field(&VerificationCurves::equal_error_rate, "equal_error_rate", "1",
          "share of either that is answered wrongly there"),
    field(&VerificationCurves::clean_accuracy, "clean_accuracy", "1",
          "share of the clean pairs that are answered rightly there"),
    field(&VerificationCurves::n_same, "n_same", "1", "pairs of one person"),
    field(&VerificationCurves::n_different, "n_different", "1", "pairs of two persons"),
    field(&VerificationCurves::altered_share, "altered_share", "1",
          "share of the pixels that are deleted, or inserted")
        .with_axes("step"),
    field(&of_steps<&VerificationCurves::deletion_accuracy>, "deletion_accuracy", "1",
          "share of the pairs that are answered rightly while pixels are deleted")
        .with_axes("map, step"),
    field(&of_steps<&VerificationCurves::insertion_accuracy>, "insertion_accuracy", "1",
          "share of the pairs that are answered rightly while pixels are inserted")
        .with_axes("map, step"),
};

/// The numbers of all images, image after image, in the shape that the axes of each field give.
void write_image_values(hid_t group, const std::vector<const ImageRow*>& rows,
                        const Faithfulness& faithfulness) {
  std::map<std::string, hsize_t> length_of = {{"image", rows.size()},
                                              {"map", faithfulness.maps.size()},
                                              {"confidence", faithfulness.confidences.size()}};
  const std::size_t n_similarities =
      rows.empty() ? 0 : rows.front()->faithfulness.deletion_similarity.size();
  length_of["step"] = n_similarities / faithfulness.maps.size();
  for_each_field(faithfulness_fields, [&](const auto& field) {
    if (field.is_optional && n_similarities == 0) return;
    H5Array<double> array;
    for (const std::string& axis : axes_of(field.axes, {}, 0))
      array.shape.push_back(length_of.at(axis));
    for (const ImageRow* row : rows) {
      const std::vector<double>& of_image = row->faithfulness.*field.access;
      array.values.insert(array.values.end(), of_image.begin(), of_image.end());
    }
    write_value(group, std::string(field.name), array, describe_field(field, {}));
  });
}

const char* name_of(Better better) {
  switch (better) {
    case Better::higher:
      return "higher";
    case Better::lower:
      return "lower";
    case Better::neither:
      return "neither";
  }
  return "neither";
}

void write_measure(hid_t parent, const Measure& measure) {
  const std::string name =
      measure.name + (measure.confidence.empty() ? "" : "_" + measure.confidence);
  const H5Handle group = create_group(parent, name, std::string(measure_group.nexus_class));
  write_attribute(group.get(), "meaning", measure.meaning);
  write_attribute(group.get(), "confidence", measure.confidence);
  write_attribute(group.get(), "better", name_of(measure.better));
  FieldTerms terms;
  terms.measure = measure.name;
  terms.measure_unit = measure.unit;
  write_record(group.get(), measure_fields, measure, terms);
}

void write_method_maps(hid_t evaluation, const Result& result, const FieldTerms& terms) {
  const H5Handle parent = create_group(evaluation, method_maps_group);
  for (const MethodMap& method : result.methods)
    write_map(parent.get(), method.name, method.map, for_map(terms, method.words),
              method.words.name);
}

}  // namespace

void write_evaluation(hid_t entry, const Result& result, const FieldTerms& terms) {
  std::vector<const ImageRow*> rows;
  for (const ImageRow& row : result.images) {
    if (!row.faithfulness.empty()) rows.push_back(&row);
  }
  const H5Handle group = create_group(entry, evaluation_group);
  write_record(group.get(), evaluation_fields, result.faithfulness, terms);
  write_table(group.get(), evaluated_image_fields, rows, terms);
  write_image_values(group.get(), rows, result.faithfulness);
  if (!result.methods.empty()) write_method_maps(group.get(), result, terms);

  if (const VerificationCurves& curves = result.faithfulness.verification; !curves.empty()) {
    const H5Handle verification = create_group(group.get(), verification_group);
    write_record(verification.get(), verification_fields, curves, terms);
  }
  const H5Handle summary = create_group(group.get(), measures_group);
  for (const Measure& measure : result.faithfulness.measures) write_measure(summary.get(), measure);
}

std::vector<GroupSchema> evaluation_schema() {
  GroupSchema evaluation = record_schema<Faithfulness>(evaluation_group, evaluation_fields);
  add_fields<ImageRow, 1>(evaluation, evaluated_image_fields);
  add_fields<ImageFaithfulness, 1>(evaluation, faithfulness_fields);
  return {std::move(evaluation),
          {.group = method_maps_group, .fields = {}},
          map_schema(method_map_group),
          record_schema<VerificationCurves>(verification_group, verification_fields),
          {.group = measures_group, .fields = {}},
          record_schema<Measure>(measure_group, measure_fields)};
}

}  // namespace csm
