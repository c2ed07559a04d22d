#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "h5_handle.h"

/// The counterparts of h5_write.h. Errors: H5Failure if the object is missing or of another shape.
namespace csm {

H5Handle open_group(hid_t parent, const std::string& name);

/// Whether the parent has an object of this name.
bool has_object(hid_t parent, const std::string& name);

/// One text.
std::string read_text(hid_t parent, const std::string& name);

/// A column of texts.
std::vector<std::string> read_texts(hid_t parent, const std::string& name);

/// A text attribute.
std::string read_attribute(hid_t object, const std::string& name);

/// An array of two axes.
Grid<float> read_grid(hid_t parent, const std::string& name);

/// A column of numbers.
std::vector<std::int64_t> read_integers(hid_t parent, const std::string& name);
std::vector<double> read_numbers(hid_t parent, const std::string& name);

/// The shape of an array of three axes.
std::array<std::int64_t, 3> read_shape_of_maps(hid_t parent, const std::string& name);

/// One slice of an array of three axes: the grid at an index of the first.
Grid<float> read_slice(hid_t parent, const std::string& name, std::int64_t index);

/// The names of the members of a group, sorted.
std::vector<std::string> names_in(hid_t group);

}  // namespace csm
