#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "cis_layout.h"
#include "csm/core/error.h"
#include "h5_file.h"
#include "pixel_axes.h"
#include "write_fields.h"
#include "write_parts.h"

namespace csm {
namespace {

constexpr auto order_field =
    field(&ImageRow::order, "order", "1", "position in the seeded order, as in /entry/images");

/// The maps, which are copied from the part files and never are a value in memory.
using NoMaps = H5Array<float> (*)(const Result&);
constexpr auto cis_field =
    field(NoMaps{nullptr}, "cis", "{map_unit}", "saliency map of each image: {map_value}")
        .with_equation("Eq. (5)")
        .with_axes("image, y, x");

constexpr auto weight_fields = std::tuple{
    field(&Result::pixel_weights, "pixel_weights", "1",
          "weight of each pixel in the mean of a region: 1, or more where few vertices that were "
          "sampled paint")
        .with_axes("y, x"),
};

H5Handle create_cis(hid_t group, hsize_t n_maps, hsize_t size, const FieldTerms& terms) {
  const std::array<hsize_t, 3> shape{n_maps, size, size};
  const H5Handle space(H5Screate_simple(3, shape.data(), nullptr), &H5Sclose,
                       "making a data space");
  const H5Handle creation = cis_creation_list(size);
  H5Handle dataset(H5Dcreate2(group, std::string(cis_field.name).c_str(), H5T_NATIVE_FLOAT,
                              space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                   &H5Dclose, "creating a data set");
  write_field_text(dataset.get(), describe_field(cis_field, terms));
  return dataset;
}

/// The rows of the images that are ok.
std::vector<const ImageRow*> good_rows(const Result& result) {
  std::vector<const ImageRow*> rows;
  for (const ImageRow& row : result.images) {
    if (row.status == "ok") rows.push_back(&row);
  }
  return rows;
}

/// Copies the maps of the parts to their rows, without decompression. Errors: RunError if an image
/// has no map.
void copy_maps(H5File& file, const H5Handle& cis, const std::vector<const ImageRow*>& rows,
               std::span<const CisPart> parts) {
  // Which row a map is, until it is found.
  std::unordered_map<std::int64_t, hsize_t> row_of;
  for (const ImageRow* row : rows) row_of.emplace(row->order, row_of.size());

  // Chunk by chunk, as they are compressed in the parts.
  std::size_t n_copied = 0;
  for (const CisPart& part : parts) {
    const auto is_wanted = [&](std::int64_t position) { return row_of.contains(position); };
    for_each_record(part, is_wanted, [&](std::int64_t position, std::string_view map) {
      const auto row = row_of.find(position);
      const std::array<hsize_t, 3> offset{row->second, 0, 0};
      check_h5(H5Dwrite_chunk(cis.get(), H5P_DEFAULT, 0, offset.data(), map.size(), map.data()),
               "writing a map");
      row_of.erase(row);
      if (++n_copied % 64 == 0) file.flush();  // a full disk shows here, not hours later
    });
  }

  // Every image must have had one.
  for (const ImageRow* row : rows) {
    if (!row_of.contains(row->order)) continue;
    throw RunError({"the map of '" + row->id + "' is in no part file",
                    "--save-cis keeps the map of every image",
                    "Start again with --restart never."});
  }
}

}  // namespace

void write_cis(H5File& file, hid_t entry, const Result& result, const FieldTerms& terms,
               std::span<const CisPart> parts) {
  const std::vector<const ImageRow*> rows = good_rows(result);
  const H5Handle group = create_group(entry, cis_group);
  write_attribute(group.get(), "signal", std::string(cis_field.name));
  write_attribute(group.get(), "title", "Saliency map of each image on the canonical face");
  const int size = result.cms.mean.height();
  write_table(group.get(), std::tuple{order_field}, rows, terms);
  write_pixel_axes(group.get(), {.height = size, .width = size}, {std::string(order_field.name)});
  const H5Handle cis = create_cis(group.get(), rows.size(), static_cast<hsize_t>(size), terms);
  write_record(group.get(), weight_fields, result, terms);
  copy_maps(file, cis, rows, parts);
}

GroupSchema cis_schema() {
  GroupSchema schema = table_schema<ImageRow>(cis_group, std::tuple{order_field});
  add_fields<PixelAxes, 0>(schema, pixel_axis_fields);
  add_fields<Result, 0>(schema, std::tuple{cis_field});
  add_fields<Result, 0>(schema, weight_fields);
  return schema;
}

}  // namespace csm
