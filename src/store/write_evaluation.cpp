#include <string>
#include <utility>
#include <vector>

#include "h5_write.h"
#include "write_parts.h"

namespace csm {
namespace {

using Values = std::vector<double> ImageFaithfulness::*;

/// One member of all images of the evaluation, image after image.
std::vector<double> gathered(const std::vector<const ImageRow*>& rows, Values member) {
  std::vector<double> values;
  for (const ImageRow* row : rows) {
    const std::vector<double>& of_image = row->faithfulness.*member;
    values.insert(values.end(), of_image.begin(), of_image.end());
  }
  return values;
}

void write_images(hid_t group, const std::vector<const ImageRow*>& rows, std::size_t n_maps,
                  std::size_t n_confidences) {
  std::vector<std::int64_t> order;
  order.reserve(rows.size());
  for (const ImageRow* row : rows) order.push_back(row->order);
  write_column(group, "image_order", order,
               {"position in the seeded order, as in /entry/images", "1", ""});
  const hsize_t n = rows.size();
  const std::vector<hsize_t> by_kind = {n, n_confidences};
  const std::vector<hsize_t> by_map_and_kind = {n, n_maps, n_confidences};
  const std::vector<hsize_t> by_map = {n, n_maps};
  const auto write = [&](const char* name, Values member, const std::vector<hsize_t>& shape,
                         const FieldText& text) {
    write_array<double>(group, name, gathered(rows, member), shape, text);
  };
  write("original", &ImageFaithfulness::original, by_kind,
        {"confidence of the image as it is, O", "", "Eq. (11)"});
  write("darkened", &ImageFaithfulness::darkened, by_map_and_kind,
        {"confidence of the negative explanation image, E", "", "Eq. (9)"});
  write("kept", &ImageFaithfulness::kept, by_map_and_kind,
        {"confidence where only what the map marks is kept", "", ""});
  write("clipped_share", &ImageFaithfulness::clipped_share, by_map,
        {"share of the darkening that black ends", "1", "Eq. (10)"});
  write("deletion_area", &ImageFaithfulness::deletion_area, by_map,
        {"area under the deletion curve", "1", ""});
  write("insertion_area", &ImageFaithfulness::insertion_area, by_map,
        {"area under the insertion curve", "1", ""});
  write("face_share", &ImageFaithfulness::face_share, by_map,
        {"positive saliency on the face", "1", ""});
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

/// mean, low and high of intervals, as three data sets with a common ending.
void write_intervals(hid_t group, const std::string& prefix,
                     const std::vector<MeanInterval>& intervals, const std::vector<hsize_t>& shape,
                     const FaithfulnessMeasure& measure, const std::string& what) {
  const auto write = [&](const std::string& name, double MeanInterval::*member,
                         const std::string& meaning) {
    std::vector<double> values;
    values.reserve(intervals.size());
    for (const MeanInterval& interval : intervals) values.push_back(interval.*member);
    write_array<double>(group, prefix + name, values, shape, {meaning, measure.unit, ""});
  };
  write("mean", &MeanInterval::mean, what);
  write("low", &MeanInterval::low,
        what + ", lower end of the 95 % interval (bootstrap over images)");
  write("high", &MeanInterval::high,
        what + ", upper end of the 95 % interval (bootstrap over images)");
}

void write_measure(hid_t parent, const FaithfulnessMeasure& measure, std::size_t n_maps) {
  const std::string name =
      measure.name + (measure.confidence.empty() ? "" : "_" + measure.confidence);
  const H5Handle group = create_group(parent, name, "NXcollection");
  write_attribute(group.get(), "meaning", measure.meaning);
  write_attribute(group.get(), "confidence", measure.confidence);
  write_attribute(group.get(), "better", name_of(measure.better));
  write_number<std::int64_t>(group.get(), "n_images", measure.n_images,
                             {"images that it is defined on", "1", ""});
  write_intervals(group.get(), "", measure.of_map, {n_maps}, measure, measure.name);
  write_intervals(group.get(), "difference_", measure.differences, {n_maps, n_maps}, measure,
                  "map of the row less map of the column, on the same images");
}

void write_method_maps(hid_t evaluation, const Result& result) {
  const H5Handle parent = create_group(evaluation, "cms", "NXcollection");
  for (const MethodMap& method : result.methods)
    write_map(parent.get(), method.name, method.map, method.words, method.words.name);
}

}  // namespace

void write_evaluation(hid_t entry, const Result& result) {
  const Faithfulness& faithfulness = result.faithfulness;
  std::vector<const ImageRow*> rows;
  for (const ImageRow& row : result.images) {
    if (!row.faithfulness.empty()) rows.push_back(&row);
  }
  const H5Handle group = create_group(entry, "evaluation", "NXcollection");
  write_texts(group.get(), "maps", faithfulness.maps,
              // terms: allow, a text of the result file, which keeps its bytes for now
              {"names of the maps that were judged", "", ""});
  write_texts(group.get(), "confidences", faithfulness.confidences,
              {"kinds of confidence, the run's own first", "", ""});
  write_images(group.get(), rows, faithfulness.maps.size(), faithfulness.confidences.size());
  if (!result.methods.empty()) write_method_maps(group.get(), result);
  const H5Handle summary = create_group(group.get(), "summary", "NXcollection");
  for (const FaithfulnessMeasure& measure : faithfulness.measures)
    write_measure(summary.get(), measure, faithfulness.maps.size());
}

}  // namespace csm
