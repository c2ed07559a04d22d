#include "support/result_contents.h"

#include <hdf5.h>

#include "csm/core/error.h"
#include "csm/core/hdf5_turn.h"

namespace csm::test {
namespace {

/// Closes an HDF5 identifier at its end.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) { CSM_EXPECT(id >= 0); }
  ~Handle() { close_(id_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  // NOLINTNEXTLINE(google-explicit-constructor): as the library takes them
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// A data set or an attribute, which HDF5 reads alike but by other names.
struct Array {
  hid_t id;
  bool is_attribute;

  hid_t type() const { return is_attribute ? H5Aget_type(id) : H5Dget_type(id); }
  hid_t space() const { return is_attribute ? H5Aget_space(id) : H5Dget_space(id); }
  void read(hid_t type, void* to) const {
    const herr_t code =
        is_attribute ? H5Aread(id, type, to) : H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to);
    CSM_EXPECT(code >= 0);
  }
};

std::vector<std::string> texts_of(const Array& array) {
  const Handle type(array.type(), &H5Tclose);
  const Handle space(array.space(), &H5Sclose);
  CSM_EXPECT(H5Tis_variable_str(type) > 0);
  std::vector<char*> pointers(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  if (pointers.empty()) return {};
  array.read(type, pointers.data());
  std::vector<std::string> texts(pointers.begin(), pointers.end());
  H5Dvlen_reclaim(type, space, H5P_DEFAULT, pointers.data());
  return texts;
}

std::string describe_contents(const Array& array) {
  const Handle type(array.type(), &H5Tclose);
  const Handle space(array.space(), &H5Sclose);

  // Class, size and shape.
  std::vector<hsize_t> shape(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
  H5Sget_simple_extent_dims(space, shape.data(), nullptr);
  std::string text =
      std::to_string(H5Tget_class(type)) + " of " + std::to_string(H5Tget_size(type)) + " bytes:";
  for (const hsize_t n : shape) text += " " + std::to_string(n);
  text += '\n';

  // Values.
  if (H5Tis_variable_str(type) > 0) {
    for (const std::string& each : texts_of(array)) text += each + '\0';
    return text;
  }
  CSM_EXPECT(H5Tdetect_class(type, H5T_VLEN) <= 0);
  std::string bytes(
      static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)) * H5Tget_size(type), '\0');
  if (!bytes.empty()) array.read(type, bytes.data());
  return text + bytes;
}

using Contents = std::map<std::string, std::string>;

struct Visit {
  std::string path;
  Contents* contents;
};

herr_t keep_attribute(hid_t object, const char* name, const H5A_info_t* /*info*/, void* visit) {
  const auto& [path, contents] = *static_cast<Visit*>(visit);
  const Handle attribute(H5Aopen(object, name, H5P_DEFAULT), &H5Aclose);
  (*contents)[path + "@" + name] = describe_contents({.id = attribute, .is_attribute = true});
  return 0;
}

herr_t keep_object(hid_t file, const char* name, const H5O_info_t* info, void* contents) {
  const std::string path = name;
  if (path.starts_with("entry/process")) return 0;
  auto& found = *static_cast<Contents*>(contents);
  const Handle object(H5Oopen(file, name, H5P_DEFAULT), &H5Oclose);
  found[path] = info->type == H5O_TYPE_DATASET
                    ? describe_contents({.id = object, .is_attribute = false})
                    : std::string("group");
  Visit visit{.path = path, .contents = &found};
  return H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_INC, nullptr, &keep_attribute, &visit);
}

Handle open_file(const std::filesystem::path& file) {
  return {H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), &H5Fclose};
}

}  // namespace

Contents read_contents(const std::filesystem::path& file) {
  const Hdf5Turn turn;
  const Handle opened = open_file(file);
  Contents contents;
  CSM_EXPECT(
      H5Ovisit2(opened, H5_INDEX_NAME, H5_ITER_INC, &keep_object, &contents, H5O_INFO_BASIC) >= 0);
  CSM_EXPECT(contents.contains("entry/cms/cms") || contents.contains("entry/tested"));
  return contents;
}

std::vector<std::string> differing_paths(const std::filesystem::path& a,
                                         const std::filesystem::path& b) {
  const Contents first = read_contents(a);
  const Contents second = read_contents(b);
  std::vector<std::string> paths;
  for (const auto& [path, value] : first) {
    const auto found = second.find(path);
    if (found == second.end() || found->second != value) paths.push_back(path);
  }
  for (const auto& [path, value] : second) {
    if (!first.contains(path)) paths.push_back(path);
  }
  return paths;
}

std::vector<std::int64_t> read_integers(const std::filesystem::path& file,
                                        const std::string& path) {
  const Hdf5Turn turn;
  const Handle opened = open_file(file);
  const Handle dataset(H5Dopen2(opened, path.c_str(), H5P_DEFAULT), &H5Dclose);
  const Handle space(H5Dget_space(dataset), &H5Sclose);
  std::vector<std::int64_t> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  Array{.id = dataset, .is_attribute = false}.read(H5T_NATIVE_INT64, values.data());
  return values;
}

std::vector<std::string> read_texts(const std::filesystem::path& file, const std::string& path) {
  const Hdf5Turn turn;
  const Handle opened = open_file(file);
  const Handle dataset(H5Dopen2(opened, path.c_str(), H5P_DEFAULT), &H5Dclose);
  return texts_of({.id = dataset, .is_attribute = false});
}

}  // namespace csm::test
