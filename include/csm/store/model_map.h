#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "csm/core/grid.h"

namespace csm {

/// The map of a model as a result file holds it, and its origin.
struct StoredModelMap {
  std::filesystem::path path;
  std::string method;                                       ///< --method of its run
  Grid<float> cms;                                          ///< S x S, Eq. (6)
  std::string group_by;                                     ///< --group-by of its run
  std::vector<std::pair<std::string, Grid<float>>> groups;  ///< the map of each group, S x S
  std::string canonical_source;  ///< of the canonical face: file or network, and hash
  std::string model_sha256;
  std::string dataset_root;
  std::vector<std::string> image_ids;  ///< of the images that the map was made of
};

/// Reads what write_result wrote. Errors: InputError if the file is missing or no result file of
/// csm_mpi.
StoredModelMap read_model_map(const std::filesystem::path& path);

}  // namespace csm
