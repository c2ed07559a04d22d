#include "h5_read.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "h5_write.h"

namespace csm {
namespace {

H5Handle open_dataset(hid_t parent, const std::string& name) {
  return {H5Dopen2(parent, name.c_str(), H5P_DEFAULT), &H5Dclose, "opening a data set"};
}

std::size_t n_values(const H5Handle& space) {
  return static_cast<std::size_t>(
      check_h5(H5Sget_simple_extent_npoints(space.get()), "asking for a size"));
}

/// No side of an image is longer: what claims to be is damaged.
constexpr hsize_t longest_side = 1U << 15U;

/// The lengths of the axes. Errors: H5Failure for another number of axes, or sides that no image
/// has.
template <std::size_t n_axes>
std::array<hsize_t, n_axes> shape_of(const H5Handle& space, const std::string& name) {
  std::array<hsize_t, n_axes> shape{};
  if (check_h5(H5Sget_simple_extent_ndims(space.get()), "asking for a shape") !=
      static_cast<int>(n_axes))
    throw H5Failure("'" + name + "' has not " + std::to_string(n_axes) + " axes");
  check_h5(H5Sget_simple_extent_dims(space.get(), shape.data(), nullptr), "asking for a shape");
  if (std::max(shape[n_axes - 2], shape[n_axes - 1]) > longest_side)
    throw H5Failure("'" + name + "' has a side of more than " + std::to_string(longest_side) +
                    " pixels");
  return shape;
}

/// Takes over the texts that the library has allocated.
std::vector<std::string> take_texts(std::vector<char*>& pointers, const H5Handle& type,
                                    const H5Handle& space) {
  std::vector<std::string> texts;
  texts.reserve(pointers.size());
  for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
  check_h5(
      H5Dvlen_reclaim(type.get(), space.get(), H5P_DEFAULT, static_cast<void*>(pointers.data())),
      "freeing texts");
  return texts;
}

}  // namespace

H5Handle open_group(hid_t parent, const std::string& name) {
  return {H5Gopen2(parent, name.c_str(), H5P_DEFAULT), &H5Gclose, "opening a group"};
}

bool has_object(hid_t parent, const std::string& name) {
  return check_h5(H5Lexists(parent, name.c_str(), H5P_DEFAULT), "looking for an object") > 0;
}

std::vector<std::string> read_texts(hid_t parent, const std::string& name) {
  const H5Handle dataset = open_dataset(parent, name);
  const H5Handle space(H5Dget_space(dataset.get()), &H5Sclose, "asking for a data space");
  const H5Handle type = text_type();
  std::vector<char*> pointers(n_values(space), nullptr);
  if (pointers.empty()) return {};
  check_h5(H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                   static_cast<void*>(pointers.data())),
           "reading texts");
  return take_texts(pointers, type, space);
}

std::string read_text(hid_t parent, const std::string& name) {
  const std::vector<std::string> texts = read_texts(parent, name);
  if (texts.size() != 1) throw H5Failure("'" + name + "' is not one text");
  return texts.front();
}

std::string read_attribute(hid_t object, const std::string& name) {
  const H5Handle attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), &H5Aclose,
                           "opening an attribute");
  const H5Handle space(H5Aget_space(attribute.get()), &H5Sclose, "asking for a data space");
  const H5Handle type = text_type();
  std::vector<char*> pointers(n_values(space), nullptr);
  if (pointers.size() != 1) throw H5Failure("the attribute '" + name + "' is not one text");
  check_h5(H5Aread(attribute.get(), type.get(), static_cast<void*>(pointers.data())),
           "reading an attribute");
  return take_texts(pointers, type, space).front();
}

Grid<float> read_grid(hid_t parent, const std::string& name) {
  const H5Handle dataset = open_dataset(parent, name);
  const H5Handle space(H5Dget_space(dataset.get()), &H5Sclose, "asking for a data space");
  const std::array<hsize_t, 2> shape = shape_of<2>(space, name);
  Grid<float> grid(static_cast<int>(shape[0]), static_cast<int>(shape[1]));
  check_h5(
      H5Dread(dataset.get(), H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, grid.values().data()),
      "reading a data set");
  return grid;
}

std::vector<std::int64_t> read_integers(hid_t parent, const std::string& name) {
  const H5Handle dataset = open_dataset(parent, name);
  const H5Handle space(H5Dget_space(dataset.get()), &H5Sclose, "asking for a data space");
  std::vector<std::int64_t> values(n_values(space));
  check_h5(H5Dread(dataset.get(), H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
           "reading numbers");
  return values;
}

std::vector<double> read_numbers(hid_t parent, const std::string& name) {
  const H5Handle dataset = open_dataset(parent, name);
  const H5Handle space(H5Dget_space(dataset.get()), &H5Sclose, "asking for a data space");
  std::vector<double> values(n_values(space));
  check_h5(H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
           "reading numbers");
  return values;
}

std::array<std::int64_t, 3> read_shape_of_maps(hid_t parent, const std::string& name) {
  const H5Handle dataset = open_dataset(parent, name);
  const H5Handle space(H5Dget_space(dataset.get()), &H5Sclose, "asking for a data space");
  const std::array<hsize_t, 3> shape = shape_of<3>(space, name);
  return {static_cast<std::int64_t>(shape[0]), static_cast<std::int64_t>(shape[1]),
          static_cast<std::int64_t>(shape[2])};
}

Grid<float> read_slice(hid_t parent, const std::string& name, std::int64_t index) {
  const H5Handle dataset = open_dataset(parent, name);
  const H5Handle space(H5Dget_space(dataset.get()), &H5Sclose, "asking for a data space");
  const std::array<hsize_t, 3> shape = shape_of<3>(space, name);
  if (index < 0 || static_cast<hsize_t>(index) >= shape[0])
    throw H5Failure("'" + name + "' has no slice " + std::to_string(index));
  const std::array<hsize_t, 3> first{static_cast<hsize_t>(index), 0, 0};
  const std::array<hsize_t, 3> count{1, shape[1], shape[2]};
  check_h5(H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, first.data(), nullptr, count.data(),
                               nullptr),
           "choosing a slice");
  const H5Handle memory(H5Screate_simple(3, count.data(), nullptr), &H5Sclose,
                        "making a data space");
  Grid<float> grid(static_cast<int>(shape[1]), static_cast<int>(shape[2]));
  check_h5(H5Dread(dataset.get(), H5T_NATIVE_FLOAT, memory.get(), space.get(), H5P_DEFAULT,
                   grid.values().data()),
           "reading a map");
  return grid;
}

std::vector<std::string> names_in(hid_t group) {
  std::vector<std::string> names;
  const auto collect = [](hid_t, const char* name, const H5L_info_t*, void* list) -> herr_t {
    static_cast<std::vector<std::string>*>(list)->emplace_back(name);
    return 0;
  };
  check_h5(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, collect, &names),
           "listing a group");
  return names;
}

}  // namespace csm
