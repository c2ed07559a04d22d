#include <set>
#include <string>
#include <vector>

#include "csm/store/group_difference.h"
#include "h5_write.h"
#include "write_parts.h"

namespace csm {
namespace {

/// The group's name, made unique among `taken`, which it joins.
std::string unique_name(const std::string& text, std::set<std::string>& taken) {
  const std::string base = object_name(text);
  std::string name = base;
  for (int i = 2; !taken.insert(name).second; ++i) name = base + "_" + std::to_string(i);
  return name;
}

void write_difference(hid_t entry, const Result& result) {
  const GroupMap& first = result.groups[0];
  const GroupMap& second = result.groups[1];
  const GroupDifference difference = compare_groups(first.map, second.map);
  const std::string title = first.name + " minus " + second.name;
  const H5Handle parent = create_group(entry, "group_difference", "NXcollection");
  write_attribute(parent.get(), "default", "difference");
  write_texts(parent.get(), "names", {first.name, second.name}, {"first minus second", "", ""});

  const H5Handle map = create_group(parent.get(), "difference", "NXdata");
  write_attribute(map.get(), "signal", "difference");
  write_attribute(map.get(), "title", title);
  write_pixel_axes(map.get(), difference.difference.height(), difference.difference.width());
  name_axes(map.get());
  write_grid(map.get(), "difference", difference.difference, {title, result.words.unit, ""});
  write_grid(map.get(), "difference_errors", difference.standard_error,
             {"sqrt(se1^2 + se2^2)", result.words.unit, ""});

  const H5Handle score = create_group(parent.get(), "significance", "NXdata");
  write_attribute(score.get(), "signal", "significance");
  write_attribute(score.get(), "title", title + ", in standard errors");
  write_pixel_axes(score.get(), difference.difference.height(), difference.difference.width());
  name_axes(score.get());
  write_grid(score.get(), "significance", difference.significance,
             {"z = difference / standard error", "1", ""});
}

/// The map once more with row 0 at the bottom: what viewers open. h5web and NeXpy draw row 0 of
/// every map at the bottom, whatever its axis says, silx by the axis: this is the form that all of
/// them show upright.
void write_default_plot(hid_t entry, const Result& result) {
  const Grid<float>& map = result.cms.mean;
  Grid<float> turned(map.height(), map.width());
  for (int row = 0; row < map.height(); ++row) {
    for (int column = 0; column < map.width(); ++column)
      turned(map.height() - 1 - row, column) = map(row, column);
  }
  const H5Handle group = create_group(entry, "default_plot", "NXdata");
  write_attribute(group.get(), "signal", "cms");
  write_attribute(group.get(), "title", result.title);
  write_pixel_axes(group.get(), map.height(), map.width(), FirstRow::bottom);
  name_axes(group.get());
  write_grid(group.get(), "cms", turned,
             {"/entry/cms/cms with row 0 at the bottom, for viewers: " + result.words.value,
              result.words.unit, ""});
}

void write_groups(hid_t entry, const Result& result) {
  const H5Handle parent = create_group(entry, "groups", "NXcollection");
  write_attribute(parent.get(), "group_by", result.group_by);
  std::set<std::string> taken;
  for (const GroupMap& group : result.groups) {
    const std::string name = unique_name(group.name, taken);
    if (taken.size() == 1) write_attribute(parent.get(), "default", name);
    const H5Handle map = write_map(parent.get(), name, group.map, result.words,
                                   result.group_by + " = " + group.name);
    write_text(map.get(), "name", group.name);
  }
  if (result.groups.size() == 2) write_difference(entry, result);
}

void write_snapshots(hid_t group, const std::vector<Grid<float>>& snapshots,
                     const std::string& unit) {
  if (snapshots.empty()) return;
  std::vector<float> values;
  for (const Grid<float>& snapshot : snapshots) {
    values.insert(values.end(), snapshot.values().begin(), snapshot.values().end());
  }
  const std::vector<hsize_t> shape = {snapshots.size(),
                                      static_cast<hsize_t>(snapshots.front().height()),
                                      static_cast<hsize_t>(snapshots.front().width())};
  write_array<float>(group, "snapshots", values, shape,
                     {"map of the first image_count images", unit, "Eq. (6)"}, Compression::slices);
}

void write_convergence(hid_t entry, const Result& result) {
  const Convergence& convergence = result.convergence;
  const H5Handle group = create_group(entry, "convergence", "NXdata");
  write_attribute(group.get(), "signal", "pearson_to_final");
  write_attribute(
      group.get(), "auxiliary_signals",
      std::vector<std::string>{"pearson_of_halves", "spearman_to_final", "ssim_to_final"});
  write_attribute(group.get(), "axes", std::vector<std::string>{"image_count"});
  write_attribute(group.get(), "title", "How the map settles while images are added");
  write_column(group.get(), "image_count", convergence.image_count, {"images", "1", ""});
  write_column(group.get(), "forwards", convergence.forwards,
               {result.method == "csm" ? "patches of these images that went through the network"
                                       : "forwards for these images besides the clean ones",
                "1", ""});
  write_column(group.get(), "pearson_to_final", convergence.pearson_to_final,
               {"Pearson correlation with the final map", "1", ""});
  write_column(group.get(), "spearman_to_final", convergence.spearman_to_final,
               {"Spearman correlation with the final map", "1", ""});
  write_column(group.get(), "ssim_to_final", convergence.ssim_to_final,
               {"structural similarity with the final map", "1", ""});
  write_column(group.get(), "rmse_to_final", convergence.rmse_to_final,
               {"root mean square difference from the final map", result.words.unit, ""});
  write_column(group.get(), "pearson_of_halves", convergence.pearson_of_halves,
               {"Pearson correlation of two disjoint random halves", "1", ""});
  write_snapshots(group.get(), convergence.snapshots, result.words.unit);
}

}  // namespace

H5Handle write_map(hid_t parent, const std::string& name, const CanonicalMap& map,
                   const MapWords& words, const std::string& title) {
  H5Handle group = create_group(parent, name, "NXdata");
  write_attribute(group.get(), "signal", "cms");
  write_attribute(group.get(), "title", title);
  write_pixel_axes(group.get(), map.mean.height(), map.mean.width());
  name_axes(group.get());
  write_grid(group.get(), "cms", map.mean,
             {"canonical saliency map: " + words.value, words.unit, "Eq. (6)"});
  write_grid(group.get(), "cms_errors", map.standard_error,
             {"standard error between images, sqrt(variance / n)", words.unit, "Eq. (6)"});
  write_grid(group.get(), "count", map.count, {"images that cover the pixel", "1", "Eq. (6)"});
  write_number(group.get(), "n_images", map.n_images, {"images of this map", "1", ""});
  return group;
}

void write_maps(hid_t entry, const Result& result) {
  write_map(entry, "cms", result.cms, result.words, result.title);
  write_default_plot(entry, result);
  if (!result.groups.empty()) write_groups(entry, result);
  write_convergence(entry, result);
  if (!result.mean_face.values.empty()) {
    write_picture(entry, "mean_face", result.mean_face, "Mean of all images on the canonical face");
  }
  if (!result.overlay.values.empty()) {
    write_picture(entry, "overlay", result.overlay, "The map over the mean face");
  }
}

}  // namespace csm
