#include "csm/store/model_map.h"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

#include "csm/core/error.h"
#include "csm/core/hdf5_turn.h"
#include "csm/store/result.h"
#include "h5_file.h"
#include "h5_read.h"
#include "result_groups.h"

namespace csm {
namespace {

/// Errors: H5Failure for a map with an infinite value.
Grid<float> read_finite_map(const H5Handle& group) {
  Grid<float> map = read_grid(group.get(), map_name);
  for (std::int64_t q = 0; q < map.size(); ++q) {
    if (std::isinf(map[q]))
      throw H5Failure("it is damaged: the map holds an infinite value at row " +
                      std::to_string(q / map.width()) + ", column " +
                      std::to_string(q % map.width()));
  }
  return map;
}

StoredModelMap read_entry(const H5File& file) {
  // The map, and what it was made of.
  StoredModelMap map;
  const H5Handle entry = open_group(file.get(), entry_group.name());
  map.method = read_text(entry.get(), method_name);
  map.cms = read_finite_map(open_group(entry.get(), cms_group.name()));
  map.canonical_source =
      read_text(open_group(entry.get(), canonical_group.name()).get(), canonical_source_name);
  const H5Handle inputs = open_group(entry.get(), inputs_group.name());
  map.model_sha256 = read_text(inputs.get(), model_sha256_input);
  map.dataset_root = read_text(inputs.get(), dataset_input);

  // The images that are in it.
  const H5Handle images = open_group(entry.get(), images_group.name());
  const auto column = [&](std::string ImageRow::*member) {
    return read_texts(images.get(), std::string(name_of(image_fields, member)));
  };
  const std::vector<std::string> ids = column(&ImageRow::id);
  const std::vector<std::string> status = column(&ImageRow::status);
  if (ids.size() != status.size())
    throw H5Failure("the columns of /entry/images have " + std::to_string(ids.size()) + " and " +
                    std::to_string(status.size()) + " values");
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (status[i] == "ok") map.image_ids.push_back(ids[i]);
  }

  // The maps of the groups, if the run had some.
  if (!has_object(entry.get(), groups_group.name())) return map;
  const H5Handle groups = open_group(entry.get(), groups_group.name());
  map.group_by = read_attribute(groups.get(), group_by_name);
  for (const std::string& name : names_in(groups.get())) {
    const H5Handle group = open_group(groups.get(), name);
    map.groups.emplace_back(read_text(group.get(), group_text_name), read_finite_map(group));
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
