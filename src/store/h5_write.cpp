#include "h5_write.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <type_traits>

#include "csm/core/error.h"
#include "csm/core/sizes.h"
#include "csm/core/text.h"

namespace csm {
namespace {

constexpr unsigned int deflate_level = 4;

template <class Value>
hid_t native_type() {
  if constexpr (std::is_same_v<Value, float>) return H5T_NATIVE_FLOAT;
  if constexpr (std::is_same_v<Value, double>) return H5T_NATIVE_DOUBLE;
  if constexpr (std::is_same_v<Value, std::uint8_t>) return H5T_NATIVE_UINT8;
  if constexpr (std::is_same_v<Value, std::int32_t>) return H5T_NATIVE_INT32;
  if constexpr (std::is_same_v<Value, std::int64_t>) return H5T_NATIVE_INT64;
  if constexpr (std::is_same_v<Value, std::uint64_t>) return H5T_NATIVE_UINT64;
}

H5Handle scalar_space() { return {H5Screate(H5S_SCALAR), &H5Sclose, "making a data space"}; }

H5Handle array_space(const std::vector<hsize_t>& shape) {
  if (shape.empty()) return scalar_space();
  return {H5Screate_simple(int_size(shape), shape.data(), nullptr), &H5Sclose,
          "making a data space"};
}

H5Handle creation_list(const std::vector<hsize_t>& shape, Compression compression) {
  H5Handle list(H5Pcreate(H5P_DATASET_CREATE), &H5Pclose, "making a property list");
  check_h5(H5Pset_obj_track_times(list.get(), false), "turning object times off");
  const bool has_values =
      !shape.empty() && std::find(shape.begin(), shape.end(), 0U) == shape.end();
  if (compression != Compression::none && has_values) {
    std::vector<hsize_t> chunk = shape;
    if (compression == Compression::slices) chunk.front() = 1;
    check_h5(H5Pset_chunk(list.get(), int_size(chunk), chunk.data()), "setting the chunk");
    check_h5(H5Pset_shuffle(list.get()), "setting the shuffle filter");
    check_h5(H5Pset_deflate(list.get(), deflate_level), "setting the compression");
  }
  return list;
}

H5Handle create_dataset(hid_t parent, const std::string& name, hid_t type,
                        const std::vector<hsize_t>& shape, Compression compression) {
  const H5Handle space = array_space(shape);
  const H5Handle list = creation_list(shape, compression);
  return {H5Dcreate2(parent, name.c_str(), type, space.get(), H5P_DEFAULT, list.get(), H5P_DEFAULT),
          &H5Dclose, "creating a data set"};
}

/// Pointers to texts, as the library takes them; the texts must outlive them.
std::vector<const char*> pointers_to(std::span<const std::string> texts) {
  std::vector<const char*> pointers;
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  return pointers;
}

std::vector<std::string> all_as_utf8(std::span<const std::string> texts) {
  std::vector<std::string> valid;
  for (const std::string& text : texts) valid.push_back(as_utf8(text));
  return valid;
}

}  // namespace

H5Handle text_type() {
  H5Handle type(H5Tcopy(H5T_C_S1), &H5Tclose, "making a text type");
  check_h5(H5Tset_size(type.get(), H5T_VARIABLE), "making a text type");
  check_h5(H5Tset_cset(type.get(), H5T_CSET_UTF8), "making a text type");
  return type;
}

H5Handle create_group(hid_t parent, const std::string& name, const std::string& nexus_class) {
  H5Handle group(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), &H5Gclose,
                 "creating a group");
  write_attribute(group.get(), "NX_class", nexus_class);
  return group;
}

void write_attribute(hid_t object, const std::string& name, const std::string& value) {
  const H5Handle type = text_type();
  const H5Handle space = scalar_space();
  const H5Handle attribute(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
      &H5Aclose, "creating an attribute");
  const std::string valid = as_utf8(value);
  const char* pointer = valid.c_str();
  check_h5(H5Awrite(attribute.get(), type.get(), static_cast<const void*>(&pointer)),
           "writing an attribute");
}

void write_attribute(hid_t object, const std::string& name, std::span<const std::string> values) {
  const H5Handle type = text_type();
  const H5Handle space = array_space({values.size()});
  const H5Handle attribute(
      H5Acreate2(object, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
      &H5Aclose, "creating an attribute");
  const std::vector<std::string> valid = all_as_utf8(values);
  check_h5(
      H5Awrite(attribute.get(), type.get(), static_cast<const void*>(pointers_to(valid).data())),
      "writing an attribute");
}

void write_attribute(hid_t object, const std::string& name, std::int64_t value) {
  const H5Handle space = scalar_space();
  const H5Handle attribute(
      H5Acreate2(object, name.c_str(), H5T_NATIVE_INT64, space.get(), H5P_DEFAULT, H5P_DEFAULT),
      &H5Aclose, "creating an attribute");
  check_h5(H5Awrite(attribute.get(), H5T_NATIVE_INT64, &value), "writing an attribute");
}

void write_field_text(hid_t dataset, const FieldText& text) {
  if (!text.long_name.empty()) write_attribute(dataset, "long_name", text.long_name);
  if (!text.units.empty()) write_attribute(dataset, "units", text.units);
  if (!text.equation.empty()) write_attribute(dataset, "equation", text.equation);
}

template <class Value>
H5Handle write_array(hid_t parent, const std::string& name, std::span<const Value> values,
                     const std::vector<hsize_t>& shape, const FieldText& text,
                     Compression compression) {
  CSM_EXPECT(std::accumulate(shape.begin(), shape.end(), hsize_t{1}, std::multiplies<>()) ==
             values.size());
  H5Handle dataset = create_dataset(parent, name, native_type<Value>(), shape, compression);
  if (!values.empty()) {
    check_h5(
        H5Dwrite(dataset.get(), native_type<Value>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
        "writing a data set");
  }
  write_field_text(dataset.get(), text);
  return dataset;
}

template H5Handle write_array(hid_t, const std::string&, std::span<const float>,
                              const std::vector<hsize_t>&, const FieldText&, Compression);
template H5Handle write_array(hid_t, const std::string&, std::span<const double>,
                              const std::vector<hsize_t>&, const FieldText&, Compression);
template H5Handle write_array(hid_t, const std::string&, std::span<const std::uint8_t>,
                              const std::vector<hsize_t>&, const FieldText&, Compression);
template H5Handle write_array(hid_t, const std::string&, std::span<const std::int32_t>,
                              const std::vector<hsize_t>&, const FieldText&, Compression);
template H5Handle write_array(hid_t, const std::string&, std::span<const std::int64_t>,
                              const std::vector<hsize_t>&, const FieldText&, Compression);
template H5Handle write_array(hid_t, const std::string&, std::span<const std::uint64_t>,
                              const std::vector<hsize_t>&, const FieldText&, Compression);

H5Handle write_text(hid_t parent, const std::string& name, const std::string& value,
                    const FieldText& text) {
  const H5Handle type = text_type();
  H5Handle dataset = create_dataset(parent, name, type.get(), {}, Compression::none);
  const std::string valid = as_utf8(value);
  const char* pointer = valid.c_str();
  check_h5(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                    static_cast<const void*>(&pointer)),
           "writing a text");
  write_field_text(dataset.get(), text);
  return dataset;
}

H5Handle write_texts(hid_t parent, const std::string& name, const std::vector<std::string>& texts,
                     const FieldText& text) {
  const H5Handle type = text_type();
  H5Handle dataset = create_dataset(parent, name, type.get(), {texts.size()}, Compression::none);
  const std::vector<std::string> valid = all_as_utf8(texts);
  if (!valid.empty()) {
    check_h5(H5Dwrite(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                      static_cast<const void*>(pointers_to(valid).data())),
             "writing texts");
  }
  write_field_text(dataset.get(), text);
  return dataset;
}

std::string object_name(const std::string& text) {
  std::string name = as_utf8(text);
  for (char& c : name) {
    if (c == '/') c = '_';
  }
  if (name.empty()) return "(empty)";
  return name.front() == '.' ? "_" + name : name;
}

}  // namespace csm
