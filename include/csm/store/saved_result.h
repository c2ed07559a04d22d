#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "csm/core/grid.h"
#include "csm/inference/findings.h"
#include "csm/mesh/regions.h"
#include "csm/store/image_row.h"
#include "csm/store/recorded_option.h"

namespace csm {

/// What tests need of a result file with the map of every image.
struct SavedResult {
  std::filesystem::path path;
  std::vector<ImageRow> images;    ///< that have a map, in the order of the maps: order, id, label,
                                   ///< predicted, target and confidence are set
  std::vector<ImageRow> left_out;  ///< that have none: order, id, label, predicted and target are
                                   ///< set, and status is why
  std::vector<std::string> classes;  ///< of a classifier, else empty
  std::string map_unit;
  std::string map_value;
  std::string confidence;
  std::string confidence_unit;
  std::vector<std::string> warnings;  ///< of the run: reasons not to trust the map
  double largest = 0;                 ///< magnitude of the map of the model
  Grid<Region> pixel_regions;         ///< (S x S)
  Grid<double> pixel_weights;         ///< (S x S)
};

/// Errors, here and below: InputError if the file is missing, no result file of csm_mpi, or was
/// made without --save-cis.
SavedResult read_saved_result(const std::filesystem::path& path);

/// The options that the file records.
std::vector<RecordedOption> read_recorded_options(const std::filesystem::path& path);

/// Calls take(index into images, map) for the images that are wanted, one map in memory at a time.
/// Maps are (S x S), NaN where the image has no value.
void read_saved_maps(const SavedResult& result, const std::function<bool(std::size_t)>& is_wanted,
                     const std::function<void(std::size_t, const Grid<float>&)>& take);

/// Writes findings as a file of their own, with /entry/intervals and /entry/findings of a result
/// file.
/// @param command as it was typed Errors: RunError if it cannot be written.
void write_findings_file(const std::filesystem::path& path, const SavedResult& tested,
                         const Inference& inference, const std::string& command);

}  // namespace csm
