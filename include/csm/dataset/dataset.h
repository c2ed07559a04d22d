#pragma once
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "csm/core/geometry.h"
#include "csm/dataset/columns.h"
#include "csm/dataset/dataset_options.h"
#include "csm/dataset/tar_shard.h"

namespace csm {

/// One image of a data set, or one pair of images for verification.
struct Sample {
  std::string id;  ///< unique in the data set: the path relative to its root; "a|b" for a pair
  std::filesystem::path path;  ///< the image, readable from here; in a shard: ROOT/SHARD/NAME
  std::filesystem::path second_path;  ///< a pair's second image, else empty
  TarMember member;                   ///< where `path` lies in a shard
  TarMember second_member;
  Columns columns;              ///< the manifest's other columns, empty cells left out
  std::optional<Box> face_box;  ///< of the face, if the data set gives it [px]
};

struct Dataset {
  std::filesystem::path root;
  DatasetFormat format = DatasetFormat::folder;  ///< never `automatic`
  std::vector<Sample> samples;                   ///< in the order of the manifest, or sorted by id
  std::vector<std::string> column_names;
  std::string identity_doubt;  ///< why the column identity of a folder may not name persons, a part
                               ///< of a sentence
  std::vector<std::string>
      remarks;  ///< sentences on what was read ("3 of 9 images of the list are there.")
  std::vector<std::string> warnings;  ///< the same on what is likely a mistake

  bool has_column(const std::string& name) const {
    return std::find(column_names.begin(), column_names.end(), name) != column_names.end();
  }
};

/// Lists a data set without opening its images.
/// folder: every image file below it, sorted; the folder that holds an image becomes the column
/// `identity`, see find_identities. manifest: CSV with a column `path` (relative to the CSV's
/// folder, or to --dataset if both are given). celeba: the images of img_align_celeba (or
/// img_align_celeba_png, img_celeba) that its lists name: list_attr_celeba, identity_CelebA,
/// list_eval_partition, optional list_bbox_celeba and list_landmarks_*, each .txt or .csv; `Male`
/// also gives the column gender = male|female. lfw: NAME/NAME_0001.jpg, also some folders down; the
/// column `identity`. tar: shards of KEY.jpg, KEY.json, KEY.cls and KEY.txt as WebDataset packs
/// them; reads all their headers and labels. With --pairs (CSV, or LFW's pairs.txt or
/// pairs.csv) the samples are the pairs, with
/// columns same_person and fold. Errors: InputError for a missing folder, no image, a bad row (file
/// and line number), two images with one id.
Dataset open_dataset(const DatasetOptions& options);

/// Lists the gallery of Eq. (7). Errors: InputError as open_dataset.
Dataset open_gallery(const std::filesystem::path& gallery);

/// A gallery whose samples have the column `label_column` each: of a plain folder, the sub-folder.
/// Errors: InputError if an image has no label.
Dataset label_gallery(Dataset gallery, const std::string& label_column);

/// What to do for a data set to have a column, a sentence: names the CSV that lies in its folder
/// without being read. @pre the data set has no column of that name
std::string advise_column(const Dataset& dataset, const std::string& column);

/// Indices into `samples` in the seeded random order, of those that --where wants, of the half, cut
/// to the limit. Errors: InputError if no image has a column of --where or --half-by, --where is
/// not of that form, or no image is left.
std::vector<std::int64_t> sample_order(const Dataset& dataset, const DatasetOptions& options);

/// Packs a data set, so that one rank lists it and the others receive it: at 200,000 images every
/// rank that lists them itself asks the file system's one metadata server the same questions. What
/// ids and paths share with those before them is left out.
std::string pack_dataset(const Dataset& dataset);

/// @pre bytes are of pack_dataset
Dataset unpack_dataset(std::string_view bytes);

}  // namespace csm
