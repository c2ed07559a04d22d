#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "csm/core/enum_names.h"

namespace csm {

/// How a data set is laid out.
enum class DatasetFormat { automatic, folder, manifest, celeba, lfw, tar };

constexpr auto enum_names(DatasetFormat) {
  return std::to_array<EnumName<DatasetFormat>>({{DatasetFormat::automatic, "auto"},
                                                 {DatasetFormat::folder, "folder"},
                                                 {DatasetFormat::manifest, "manifest"},
                                                 {DatasetFormat::celeba, "celeba"},
                                                 {DatasetFormat::lfw, "lfw"},
                                                 {DatasetFormat::tar, "tar"}});
}

/// Which images of a data set are used: its two halves share no image, for maps made on one and
/// evaluated on the other.
enum class Half { all, first, second };

constexpr auto enum_names(Half) {
  return std::to_array<EnumName<Half>>(
      {{Half::all, "all"}, {Half::first, "first"}, {Half::second, "second"}});
}

/// What a number in the label column means: a value that lies in a class's range ("24" in "20-29"),
/// or the index of a class, from 0. automatic: a value, unless all numbers may be indices too.
enum class LabelNumbers { automatic, values, indices };

constexpr auto enum_names(LabelNumbers) {
  return std::to_array<EnumName<LabelNumbers>>({{LabelNumbers::automatic, "auto"},
                                                {LabelNumbers::values, "values"},
                                                {LabelNumbers::indices, "indices"}});
}

struct DatasetOptions {
  std::filesystem::path dataset;  ///< --dataset: a folder, a CSV file, or tar shards
  DatasetFormat format = DatasetFormat::automatic;  ///< --dataset-format
  std::filesystem::path manifest;  ///< --manifest: CSV that names the images of --dataset; empty:
                                   ///< manifest.csv of the folder
  std::string label;  ///< --label: the column with the true class; empty: the task's name, if there
                      ///< is one; none: no labels
  LabelNumbers label_numbers = LabelNumbers::automatic;  ///< --label-numbers
  std::string where;      ///< --where COLUMN=VALUE,...: only these images; before half and limit;
                          ///< empty: all
  Half half = Half::all;  ///< --half, a function of seed and image; before the limit
  std::string
      half_by;  ///< --half-by COLUMN: images of one value go to one half; empty: each by itself
  std::optional<std::int64_t> limit;  ///< --limit: that many images of the seeded order; none: all
  std::uint64_t seed = 1;             ///< --seed
  std::filesystem::path gallery;  ///< --gallery: labelled images for Eq. (7): a CSV or a folder;
                                  ///< empty: the clean image itself
  std::filesystem::path pairs;    ///< --pairs: path_a,path_b,same_person[,fold] for Eq. (8)
};

}  // namespace csm
