#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "csm/dataset/dataset.h"
#include "passed_over.h"

namespace csm {

/// True if the name ends like an image file (.jpg, .png, ...).
bool has_image_extension(const std::filesystem::path& path);

struct FolderListing {
  std::vector<std::filesystem::path>
      images;         ///< relative to the folder, sorted by their generic path
  PassedOver others;  ///< files that are not images, and folders that may not be entered
};

/// The image files below `root`; hidden files and folders are left out. A file whose ending does
/// not show what it is is opened for its first bytes.
FolderListing list_folder(const std::filesystem::path& root);

/// Adds what was passed over to the data set's warnings. Errors: InputError, with what `place`
/// holds, if the data set has no image.
/// @param place "The folder 'faces'"
void report_others(const PassedOver& others, const std::string& place, Dataset& dataset);

/// The path that a cell of a list names, below `root`: backslashes, which Windows writes, are read
/// as slashes if no file has them in its name.
std::string path_of_cell(const std::filesystem::path& root, const std::string& cell);

/// The names of the CSV files in the folder of a data set that were not read; none for a data set
/// with a manifest of its own.
std::vector<std::string> unread_tables(const Dataset& dataset);

/// Readers of the formats. Each returns every sample of the data set, not yet checked for double
/// ids.
Dataset read_folder(const std::filesystem::path& root);
Dataset read_manifest(const std::filesystem::path& manifest, const std::filesystem::path& root);
Dataset read_celeba(const std::filesystem::path& root);
Dataset read_lfw(const std::filesystem::path& root);

/// The images of tar shards (WebDataset): members KEY.jpg (or .png, ...) with the fields of
/// KEY.json, and KEY.cls and KEY.txt, as columns; a key ends at the first dot of the file's name.
/// The id is SHARD/KEY.
Dataset read_tar(const std::filesystem::path& path);

/// Finds the images of pairs, named SHARD/KEY with or without the ending, in the shards.
/// Errors: InputError for an image that is in none.
void place_pairs(Dataset& pairs, const Dataset& images);

/// Whether the images of pairs are files below the root, which can be looked for, or lie in shards.
enum class PairImages { files, in_shards };

/// The pairs of `pairs` (CSV, or LFW's pairs.txt or pairs.csv) with images below `root`. Pairs of
/// LFW's own lists whose images are not there are left out, with a remark. Errors: InputError if no
/// image is there.
Dataset read_pairs(const std::filesystem::path& pairs, const std::filesystem::path& root,
                   PairImages images);

/// Where the marks of a format are found below a folder.
bool looks_like_celeba(const std::filesystem::path& root);
bool looks_like_lfw(const std::filesystem::path& root);

/// The folder that holds LFW's NAME/ folders: root itself or one some levels below it; root if
/// there is none.
std::filesystem::path lfw_image_folder(const std::filesystem::path& root);

/// Opens a data set of a known or automatic format without pairs.
Dataset read_images(const DatasetOptions& options);

/// Errors: InputError if two samples have one id.
void check_unique_ids(const Dataset& dataset);

/// Who the images of a folder show, by the names of the folders that hold them.
struct FolderIdentities {
  std::vector<std::string> of_file;  ///< as long as the files; empty if no folder names a person
  std::string doubt;  ///< why the names may not be persons, a part of a sentence; empty if they are
};

/// The person of an image is the innermost folder that holds it and is not one of a division
/// ("train", "images"). PERSON_A/1/x.jpg and PERSON_B/1/x.jpg cannot be distinguished from
/// train/PERSON/x.jpg by their names alone: folders of one name in several places are in doubt and
/// told apart by their whole path, and so are folders of classes.
/// @param files relative paths
FolderIdentities find_identities(std::span<const std::filesystem::path> files);

}  // namespace csm
