#include "pixel_axes.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "write_fields.h"

namespace csm {
namespace {

std::vector<double> centres(int n_pixels) {
  std::vector<double> values(static_cast<std::size_t>(n_pixels));
  std::iota(values.begin(), values.end(), 0.5);
  return values;
}

H5Array<std::uint8_t> rgb_values(const RgbImage& image) {
  return {.values = image.values,
          .shape = {static_cast<hsize_t>(image.height), static_cast<hsize_t>(image.width), 3},
          .compression = Compression::whole};
}

/// The one field of an image: its data set has the name of the group, and the title is what it is.
constexpr auto rgb_field(const GroupInfo& info) {
  return field(&rgb_values, info.path.substr(info.path.rfind('/') + 1), "1", info.about)
      .with_axes("y, x, colour");
}

}  // namespace

std::vector<double> row_centres(const PixelAxes& axes) {
  std::vector<double> y = centres(axes.height);
  if (axes.first_row == FirstRow::top) std::reverse(y.begin(), y.end());
  return y;
}

std::vector<double> column_centres(const PixelAxes& axes) { return centres(axes.width); }

void write_pixel_axes(hid_t group, const PixelAxes& axes, const std::vector<std::string>& leading,
                      const std::vector<std::string>& trailing) {
  write_record(group, pixel_axis_fields, axes, {});
  std::vector<std::string> names = leading;
  for_each_field(pixel_axis_fields, [&](const auto& axis) { names.emplace_back(axis.name); });
  names.insert(names.end(), trailing.begin(), trailing.end());
  write_attribute(group, "axes", names);
}

void write_rgb(hid_t parent, const GroupInfo& info, const RgbImage& image) {
  const H5Handle group = create_group(parent, info);
  const auto signal = rgb_field(info);
  const std::string name(signal.name);
  write_attribute(group.get(), "signal", name);
  write_attribute(group.get(), "title", std::string(info.about));
  write_pixel_axes(group.get(), {.height = image.height, .width = image.width}, {}, {"."});

  const H5Array<std::uint8_t> array = rgb_values(image);
  const H5Handle dataset = write_array<std::uint8_t>(group.get(), name, array.values, array.shape,
                                                     describe_field(signal, {}), array.compression);

  // What h5web, silx and HDFView recognise an image by.
  write_attribute(dataset.get(), "interpretation", std::string("rgb-image"));
  write_attribute(dataset.get(), "CLASS", std::string("IMAGE"));
  write_attribute(dataset.get(), "IMAGE_SUBCLASS", std::string("IMAGE_TRUECOLOR"));
  write_attribute(dataset.get(), "INTERLACE_MODE", std::string("INTERLACE_PIXEL"));
}

GroupSchema rgb_schema(const GroupInfo& info) {
  GroupSchema schema = record_schema<PixelAxes>(info, pixel_axis_fields);
  add_fields<RgbImage, 0>(schema, std::tuple{rgb_field(info)});
  return schema;
}

}  // namespace csm
