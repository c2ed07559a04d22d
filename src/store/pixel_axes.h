#pragma once
#include <string>
#include <tuple>
#include <vector>

#include "csm/core/image.h"
#include "csm/store/field.h"
#include "group_schema.h"
#include "h5_write.h"

/// The axes of maps and images of the result file, and its RGB images. Errors: H5Failure.
namespace csm {

/// The edge of the map that row 0 of an array lies at.
enum class FirstRow { top, bottom };

/// The pixels of a map.
struct PixelAxes {
  int height = 0;
  int width = 0;
  FirstRow first_row = FirstRow::top;
};

/// The centres of the rows, as distances from the bottom edge [px]. So they descend when row 0 is
/// the top: viewers whose y axis points up draw such a map upright.
std::vector<double> row_centres(const PixelAxes& axes);

/// The centres of the columns, as distances from the left edge [px].
std::vector<double> column_centres(const PixelAxes& axes);

inline constexpr auto pixel_axis_fields = std::tuple{
    field(&row_centres, "y", "px", "distance from the bottom").with_axes("y"),
    field(&column_centres, "x", "px", "distance from the left (subject's right)").with_axes("x"),
};

/// Writes y and x, and names the axes of a group's maps: y and x between the `leading` ones and the
/// `trailing` ones, "." for one without a column. The caller writes the columns of the others.
void write_pixel_axes(hid_t group, const PixelAxes& axes,
                      const std::vector<std::string>& leading = {},
                      const std::vector<std::string>& trailing = {});

/// An RGB image, an NXdata group of its own that viewers show in colour; its data set has the name
/// of the group.
void write_rgb(hid_t parent, const GroupInfo& info, const RgbImage& image);

/// What write_rgb writes.
GroupSchema rgb_schema(const GroupInfo& info);

}  // namespace csm
