#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "group_difference.h"
#include "pixel_axes.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

/// A map with its errors: /entry/cms, each of /entry/groups and of /entry/evaluation/cms.
constexpr auto map_fields = std::tuple{
    field(&CanonicalMap::mean, map_name, "{map_unit}", "canonical saliency map: {map_value}")
        .with_equation("Eq. (6)"),
    field(&CanonicalMap::standard_error, "cms_errors", "{map_unit}",
          "standard error between images, sqrt(variance / n)")
        .with_equation("Eq. (6)"),
    field(&CanonicalMap::count, "count", "1", "images that cover the pixel")
        .with_equation("Eq. (6)"),
    field(&CanonicalMap::n_images, "n_images", "1", "images of this map"),
};

/// How often occluding a place loses the face, /entry/face_lost.
constexpr auto face_lost_share_field =
    field(&CanonicalMap::mean, "face_lost", "1",
          "share of the occlusions at the pixel after which the model found no face");
constexpr auto face_lost_fields = std::tuple{
    face_lost_share_field,
    field(&CanonicalMap::standard_error, "face_lost_errors", "1",
          "standard error between images, sqrt(variance / n)"),
    field(&CanonicalMap::count, "count", "1", "images in which the pixel was occluded"),
    field(&CanonicalMap::n_images, "n_images", "1", "images of this map"),
};

/// A name in the /entry/groups of each group.
constexpr auto group_name_fields = std::tuple{
    field(&GroupMap::name, group_text_name, "", "value of {group_by}"),
};

/// The map with row 0 at the bottom.
Grid<float> turned_map(const CanonicalMap& map) {
  Grid<float> turned(map.mean.height(), map.mean.width());
  for (int row = 0; row < turned.height(); ++row) {
    for (int column = 0; column < turned.width(); ++column)
      turned(turned.height() - 1 - row, column) = map.mean(row, column);
  }
  return turned;
}

constexpr auto default_plot_fields = std::tuple{
    field(&turned_map, map_name, "{map_unit}",
          "/entry/cms/cms with row 0 at the bottom, for viewers: {map_value}"),
};

/// Two groups' maps, compared.
struct ComparedGroups {
  std::string first;
  std::string second;
  GroupDifference difference;
};

std::vector<std::string> names_of(const ComparedGroups& groups) {
  return {groups.first, groups.second};
}

constexpr auto group_difference_fields = std::tuple{
    field(&names_of, "names", "", "first minus second"),
};
constexpr auto difference_fields = std::tuple{
    field(&GroupDifference::difference, "difference", "{map_unit}", "{compared}"),
    field(&GroupDifference::standard_error, "difference_errors", "{map_unit}",
          "sqrt(se1^2 + se2^2)"),
};
constexpr auto significance_fields = std::tuple{
    field(&GroupDifference::significance, "significance", "1", "z = difference / standard error"),
};

/// The maps of the first images, one after another.
H5Array<float> stacked_snapshots(const Convergence& convergence) {
  const std::vector<Grid<float>>& snapshots = convergence.snapshots;
  if (snapshots.empty()) return {};
  H5Array<float> stack{.values = {},
                       .shape = {snapshots.size(), static_cast<hsize_t>(snapshots.front().height()),
                                 static_cast<hsize_t>(snapshots.front().width())},
                       .compression = Compression::slices};
  for (const Grid<float>& snapshot : snapshots)
    stack.values.insert(stack.values.end(), snapshot.values().begin(), snapshot.values().end());
  return stack;
}

constexpr auto image_count_field = field(&Convergence::image_count, "image_count", "1", "images");
constexpr auto pearson_field = field(&Convergence::pearson_to_final, "pearson_to_final", "1",
                                     "Pearson correlation with the final map");
constexpr auto spearman_field = field(&Convergence::spearman_to_final, "spearman_to_final", "1",
                                      "Spearman correlation with the final map");
constexpr auto ssim_field = field(&Convergence::ssim_to_final, "ssim_to_final", "1",
                                  "structural similarity with the final map");
constexpr auto halves_field = field(&Convergence::pearson_of_halves, "pearson_of_halves", "1",
                                    "Pearson correlation of two disjoint random halves");
constexpr auto convergence_fields = std::tuple{
    image_count_field,
    field(&Convergence::forwards, "forwards", "1",
          "patches of these images that went through the network")
        .for_baselines("forwards for these images besides the clean ones"),
    pearson_field,
    spearman_field,
    ssim_field,
    field(&Convergence::rmse_to_final, "rmse_to_final", "{map_unit}",
          "root mean square difference from the final map"),
    halves_field,
    field(&stacked_snapshots, "snapshots", "{map_unit}", "map of the first image_count images")
        .with_equation("Eq. (6)")
        .with_axes("step, y, x")
        .if_any(),
};

/// A map of each example, one after another.
H5Array<float> stack_maps(const Result& result, Grid<float> Example::*map) {
  const Grid<float>& first = result.examples.front().*map;
  H5Array<float> stack{.values = {},
                       .shape = {result.examples.size(), static_cast<hsize_t>(first.height()),
                                 static_cast<hsize_t>(first.width())},
                       .compression = Compression::slices};
  for (const Example& example : result.examples) {
    const std::vector<float>& values = (example.*map).values();
    stack.values.insert(stack.values.end(), values.begin(), values.end());
  }
  return stack;
}

/// An image of each example, one after another.
H5Array<std::uint8_t> stack_images(const Result& result, RgbImage Example::*image) {
  const RgbImage& first = result.examples.front().*image;
  H5Array<std::uint8_t> stack{.values = {},
                              .shape = {result.examples.size(), static_cast<hsize_t>(first.height),
                                        static_cast<hsize_t>(first.width), 3},
                              .compression = Compression::slices};
  for (const Example& example : result.examples) {
    const std::vector<std::uint8_t>& values = (example.*image).values;
    stack.values.insert(stack.values.end(), values.begin(), values.end());
  }
  return stack;
}

std::vector<std::int64_t> orders_of_examples(const Result& result) {
  std::vector<std::int64_t> orders;
  for (const Example& example : result.examples) orders.push_back(example.order);
  return orders;
}
H5Array<float> maps_of_examples(const Result& result) { return stack_maps(result, &Example::cis); }
H5Array<std::uint8_t> faces_of_examples(const Result& result) {
  return stack_images(result, &Example::face);
}
H5Array<std::uint8_t> inputs_of_examples(const Result& result) {
  return stack_images(result, &Example::input);
}
H5Array<float> reprojections_of_examples(const Result& result) {
  return stack_maps(result, &Example::reprojected);
}

constexpr auto example_fields = std::tuple{
    field(&orders_of_examples, "order", "1", "position in the seeded order, as in /entry/images"),
    field(&maps_of_examples, "cis", "{map_unit}", "saliency map of the image: {map_value}")
        .with_equation("Eq. (5)")
        .with_axes("example, y, x"),
    field(&faces_of_examples, "face", "1", "the image on the canonical face")
        .with_axes("example, y, x, colour"),
    field(&inputs_of_examples, "input", "1", "what the network gets")
        .with_axes("example, input y, input x, colour"),
    field(&reprojections_of_examples, "reprojected", "{map_unit}",
          "the map of all images on the input: {map_value}")
        .with_axes("example, input y, input x"),
};

PixelAxes axes_of(const Grid<float>& map) { return {.height = map.height(), .width = map.width()}; }

/// An NXdata group of maps of one shape; viewers open the first of the fields.
template <class Fields, class Record>
void write_compared(hid_t parent, const GroupInfo& info, const Fields& fields, const Record& record,
                    const std::string& title, const FieldTerms& terms) {
  const H5Handle group = create_group(parent, info);
  write_attribute(group.get(), "signal", std::string(std::get<0>(fields).name));
  write_attribute(group.get(), "title", title);
  write_pixel_axes(group.get(), axes_of(record.difference));
  write_record(group.get(), fields, record, terms);
}

void write_difference(hid_t entry, const Result& result, FieldTerms terms) {
  const GroupMap& first = result.groups[0];
  const GroupMap& second = result.groups[1];
  const ComparedGroups compared{first.name, second.name, compare_groups(first.map, second.map)};
  terms.compared = first.name + " minus " + second.name;
  const H5Handle parent = create_group(entry, group_difference_group);
  write_attribute(parent.get(), "default", difference_group.name());
  write_record(parent.get(), group_difference_fields, compared, terms);
  write_compared(parent.get(), difference_group, difference_fields, compared.difference,
                 terms.compared, terms);
  write_compared(parent.get(), significance_group, significance_fields, compared.difference,
                 terms.compared + ", in standard errors", terms);
}

void write_face_lost(hid_t entry, const CanonicalMap& map, const FieldTerms& terms) {
  const H5Handle group = create_group(entry, face_lost_group);
  write_attribute(group.get(), "signal", std::string(face_lost_share_field.name));
  write_attribute(group.get(), "title", "How often occluding a place loses the face");
  write_pixel_axes(group.get(), axes_of(map.mean));
  write_record(group.get(), face_lost_fields, map, terms);
}

/// The map once more with row 0 at the bottom: what viewers open. h5web and NeXpy draw row 0 of
/// every map at the bottom, whatever its axis says, silx by the axis: this is the form that all of
/// them show upright.
void write_default_plot(hid_t entry, const Result& result, const FieldTerms& terms) {
  const H5Handle group = create_group(entry, default_plot_group);
  write_attribute(group.get(), "signal", map_name);
  write_attribute(group.get(), "title", result.title);
  PixelAxes axes = axes_of(result.cms.mean);
  axes.first_row = FirstRow::bottom;
  write_pixel_axes(group.get(), axes);
  write_record(group.get(), default_plot_fields, result.cms, terms);
}

void write_groups(hid_t entry, const Result& result, const FieldTerms& terms) {
  const H5Handle parent = create_group(entry, groups_group);
  write_attribute(parent.get(), group_by_name, result.group_by);
  std::set<std::string> taken;
  for (const GroupMap& group : result.groups) {
    const std::string name = unique_name(group.name, taken);
    if (taken.size() == 1) write_attribute(parent.get(), "default", name);
    const H5Handle map =
        write_map(parent.get(), name, group.map, terms, result.group_by + " = " + group.name);
    write_record(map.get(), group_name_fields, group, terms);
  }
  if (result.groups.size() == 2) write_difference(entry, result, terms);
}

void write_convergence(hid_t entry, const Result& result, const FieldTerms& terms) {
  const H5Handle group = create_group(entry, convergence_group);
  write_attribute(group.get(), "signal", std::string(pearson_field.name));
  write_attribute(
      group.get(), "auxiliary_signals",
      std::vector<std::string>{std::string(halves_field.name), std::string(spearman_field.name),
                               std::string(ssim_field.name)});
  write_attribute(group.get(), "axes", std::vector{std::string(image_count_field.name)});
  write_attribute(group.get(), "title", "How the map settles while images are added");
  write_record(group.get(), convergence_fields, result.convergence, terms);
}

}  // namespace

H5Handle write_map(hid_t parent, const std::string& name, const CanonicalMap& map,
                   const FieldTerms& terms, const std::string& title) {
  H5Handle group = create_group(parent, name, std::string(cms_group.nexus_class));
  write_attribute(group.get(), "signal", map_name);
  write_attribute(group.get(), "title", title);
  write_pixel_axes(group.get(), axes_of(map.mean));
  write_record(group.get(), map_fields, map, terms);
  return group;
}

GroupSchema map_schema(const GroupInfo& group) {
  GroupSchema schema = record_schema<PixelAxes>(group, pixel_axis_fields);
  add_fields<CanonicalMap, 0>(schema, map_fields);
  return schema;
}

std::string unique_name(const std::string& text, std::set<std::string>& taken) {
  const std::string base = object_name(text);
  std::string name = base;
  for (int i = 2; !taken.insert(name).second; ++i) name = base + "_" + std::to_string(i);
  return name;
}

void write_maps(hid_t entry, const Result& result, const FieldTerms& terms) {
  write_map(entry, cms_group.name(), result.cms, terms, result.title);
  if (result.face_lost) write_face_lost(entry, *result.face_lost, terms);
  write_default_plot(entry, result, terms);
  if (!result.groups.empty()) write_groups(entry, result, terms);
  write_convergence(entry, result, terms);
  if (!result.mean_face.values.empty()) write_rgb(entry, mean_face_group, result.mean_face);
  if (!result.examples.empty())
    write_record(create_group(entry, examples_group).get(), example_fields, result, terms);
}

std::vector<GroupSchema> maps_schema() {
  GroupSchema face_lost = record_schema<PixelAxes>(face_lost_group, pixel_axis_fields);
  add_fields<CanonicalMap, 0>(face_lost, face_lost_fields);
  GroupSchema default_plot = record_schema<PixelAxes>(default_plot_group, pixel_axis_fields);
  add_fields<CanonicalMap, 0>(default_plot, default_plot_fields);
  GroupSchema group_map = map_schema(group_map_group);
  add_fields<GroupMap, 0>(group_map, group_name_fields);
  GroupSchema difference = record_schema<PixelAxes>(difference_group, pixel_axis_fields);
  add_fields<GroupDifference, 0>(difference, difference_fields);
  GroupSchema significance = record_schema<PixelAxes>(significance_group, pixel_axis_fields);
  add_fields<GroupDifference, 0>(significance, significance_fields);
  return {map_schema(cms_group),
          std::move(face_lost),
          std::move(default_plot),
          {.group = groups_group, .fields = {}},
          std::move(group_map),
          record_schema<ComparedGroups>(group_difference_group, group_difference_fields),
          std::move(difference),
          std::move(significance),
          record_schema<Convergence>(convergence_group, convergence_fields),
          rgb_schema(mean_face_group),
          record_schema<Result>(examples_group, example_fields)};
}

}  // namespace csm
