#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/core/image.h"
#include "h5_handle.h"

namespace csm {

/// Whether a data set is shuffled and compressed, and what a chunk of it is.
enum class Compression { none, whole, slices };

/// Makes a group with its NeXus class. Errors: H5Failure, here and below.
H5Handle create_group(hid_t parent, const std::string& name, const std::string& nexus_class);

void write_attribute(hid_t object, const std::string& name, const std::string& value);
void write_attribute(hid_t object, const std::string& name, std::span<const std::string> values);
void write_attribute(hid_t object, const std::string& name, std::int64_t value);

/// Attributes of a data set that most of ours have; empty ones are left out.
struct FieldText {
  std::string long_name;
  std::string units;
  std::string equation;
};

/// Writes an array of the given shape, row-major; `slices`: a chunk is one slice of the first axis.
/// @pre the product of `shape` is the number of values
template <class Value>
H5Handle write_array(hid_t parent, const std::string& name, std::span<const Value> values,
                     const std::vector<hsize_t>& shape, const FieldText& text = {},
                     Compression compression = Compression::none);

template <class Value>
H5Handle write_column(hid_t parent, const std::string& name, const std::vector<Value>& values,
                      const FieldText& text = {}) {
  return write_array<Value>(parent, name, values, {values.size()}, text);
}

template <class Value>
H5Handle write_grid(hid_t parent, const std::string& name, const Grid<Value>& grid,
                    const FieldText& text = {}) {
  return write_array<Value>(
      parent, name, grid.values(),
      {static_cast<hsize_t>(grid.height()), static_cast<hsize_t>(grid.width())}, text,
      Compression::whole);
}

/// One number.
template <class Value>
H5Handle write_number(hid_t parent, const std::string& name, Value value,
                      const FieldText& text = {}) {
  return write_array<Value>(parent, name, std::span<const Value>(&value, 1), {}, text);
}

/// One text, UTF-8 of variable length.
H5Handle write_text(hid_t parent, const std::string& name, const std::string& text);

/// A column of texts, UTF-8 of variable length.
H5Handle write_texts(hid_t parent, const std::string& name, const std::vector<std::string>& texts,
                     const FieldText& text = {});

/// The edge of the picture that row 0 of an array lies at.
enum class FirstRow { top, bottom };

/// The columns y and x of a group's maps: the centres of the pixels, as distances from the bottom
/// and from the left edge [px]. So y descends when row 0 is the top: viewers whose y axis points up
/// draw such a map upright.
void write_pixel_axes(hid_t group, int height, int width, FirstRow first_row = FirstRow::top);

/// Names the axes of a group's maps: y and x between the `leading` ones and the `trailing` ones,
/// "." for one without a column. The caller writes the columns.
void name_axes(hid_t group, const std::vector<std::string>& leading = {},
               const std::vector<std::string>& trailing = {});

/// An RGB picture, an NXdata group of its own that viewers show in colour.
void write_picture(hid_t parent, const std::string& name, const RgbImage& picture,
                   const std::string& title);

/// A name for an object made of any text: no '/', no leading '.', not empty.
std::string object_name(const std::string& text);

}  // namespace csm
