#pragma once
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "h5_handle.h"

namespace csm {

/// Whether a data set is shuffled and compressed, and what a chunk of it is.
enum class Compression { none, whole, slices };

/// The type of our texts: UTF-8 of variable length. Errors: H5Failure.
H5Handle text_type();

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

void write_field_text(hid_t dataset, const FieldText& text);

/// Values, row-major, with a shape of any number of axes.
template <class Value>
struct H5Array {
  std::vector<Value> values;
  std::vector<hsize_t> shape;
  Compression compression = Compression::none;
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
H5Handle write_text(hid_t parent, const std::string& name, const std::string& value,
                    const FieldText& text = {});

/// A column of texts, UTF-8 of variable length.
H5Handle write_texts(hid_t parent, const std::string& name, const std::vector<std::string>& texts,
                     const FieldText& text = {});

/// A name for an object made of any text: no '/', no leading '.', not empty.
std::string object_name(const std::string& text);

}  // namespace csm
