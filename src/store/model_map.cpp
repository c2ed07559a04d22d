#include "csm/store/model_map.h"

#include <cstddef>

#include "csm/core/error.h"
#include "csm/core/hdf5_turn.h"
#include "h5_file.h"
#include "h5_read.h"

namespace csm {
namespace {

StoredModelMap read_entry(const H5File& file) {
  StoredModelMap map;
  const H5Handle entry = open_group(file.get(), "entry");
  map.method = read_text(entry.get(), "method");
  map.cms = read_grid(open_group(entry.get(), "cms").get(), "cms");
  map.canonical_source = read_text(open_group(entry.get(), "canonical").get(), "source");
  const H5Handle inputs = open_group(entry.get(), "inputs");
  map.model_sha256 = read_text(inputs.get(), "model_sha256");
  map.dataset_root = read_text(inputs.get(), "dataset");
  const H5Handle images = open_group(entry.get(), "images");
  const std::vector<std::string> ids = read_texts(images.get(), "id");
  const std::vector<std::string> status = read_texts(images.get(), "status");
  for (std::size_t i = 0; i < ids.size() && i < status.size(); ++i) {
    if (status[i] == "ok") map.image_ids.push_back(ids[i]);
  }
  if (!has_object(entry.get(), "groups")) return map;
  const H5Handle groups = open_group(entry.get(), "groups");
  map.group_by = read_attribute(groups.get(), "group_by");
  for (const std::string& name : names_in(groups.get())) {
    const H5Handle group = open_group(groups.get(), name);
    map.groups.emplace_back(read_text(group.get(), "name"), read_grid(group.get(), "cms"));
  }
  return map;
}

}  // namespace

StoredModelMap read_model_map(const std::filesystem::path& path) {
  const Hdf5Turn turn;
  const QuietH5Errors quiet;
  try {
    StoredModelMap map = read_entry(H5File(path, H5Access::read));
    map.path = path;
    return map;
  } catch (const H5Failure& failure) {
    throw InputError({"the map of the model cannot be read from '" + path.string() + "'",
                      failure.what(), "Give a result file of csm_mpi."});
  }
}

}  // namespace csm
