#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <string_view>

#include "csm/core/text.h"
#include "csm/dataset/label_text.h"
#include "listing.h"

namespace csm {
namespace {

namespace fs = std::filesystem;

/// Names of folders that divide a data set or hold the images of one person, and are not persons.
constexpr auto division_names = std::to_array<std::string_view>(
    {"train",    "training", "test",    "testing", "val",     "valid", "validation",
     "dev",      "eval",     "gallery", "probe",   "query",   "img",   "imgs",
     "image",    "images",   "photo",   "photos",  "pic",     "pics",  "picture",
     "pictures", "face",     "faces",   "people",  "persons", "data",  "dataset",
     "crop",     "crops",    "cropped", "aligned", "raw"});

bool is_division(const fs::path& folder) {
  const std::string name = to_lower(folder.filename().string());
  return std::find(division_names.begin(), division_names.end(), name) != division_names.end();
}

/// The innermost folder on the way to a file that is not a division; empty if there is none.
fs::path person_folder(const fs::path& file) {
  fs::path folder = file.parent_path();
  while (!folder.empty() && is_division(folder)) folder = folder.parent_path();
  return folder;
}

/// A sentence's part on two folders of one name, of which only divisions may have two; empty if
/// there are none.
std::string doubt_of_names(const std::set<fs::path>& folders) {
  std::map<std::string, fs::path> first_of_name;
  for (const fs::path& folder : folders) {
    const auto [found, is_new] = first_of_name.try_emplace(folder.filename().string(), folder);
    if (is_new) continue;
    const fs::path& other = found->second;
    const bool are_divisions =
        is_division(folder.parent_path()) && is_division(other.parent_path());
    if (!are_divisions) {
      return "'" + other.generic_string() + "' and '" + folder.generic_string() +
             "' have one name, and whether they show one person is not known";
    }
  }
  return {};
}

/// The same of a person's folder inside another one.
std::string doubt_of_nesting(const std::set<fs::path>& folders) {
  for (const fs::path& folder : folders) {
    for (fs::path outer = folder.parent_path(); !outer.empty(); outer = outer.parent_path()) {
      if (folders.contains(outer)) {
        return "'" + outer.generic_string() + "' holds images and the folder '" +
               folder.generic_string() +
               "' with more, and whether they show one person is not known";
      }
    }
  }
  return {};
}

std::string doubt_of_classes(const std::set<fs::path>& folders) {
  const bool are_classes = std::all_of(folders.begin(), folders.end(), [](const fs::path& f) {
    return is_class_label(f.filename().string());
  });
  return are_classes && !folders.empty() ? "the folder '" + folders.begin()->generic_string() +
                                               "' is named after a class, not a person"
                                         : "";
}

}  // namespace

FolderIdentities find_identities(std::span<const fs::path> files) {
  FolderIdentities result;
  std::vector<fs::path> folder_of_file;
  std::set<fs::path> folders;
  for (const fs::path& file : files) {
    const fs::path folder = person_folder(file);
    // Files come folder by folder: the set is asked once for each.
    if (!folder.empty() && (folder_of_file.empty() || folder != folder_of_file.back()))
      folders.insert(folder);
    folder_of_file.push_back(folder);
  }
  const std::string doubt = doubt_of_names(folders);
  for (const auto& other : {doubt, doubt_of_nesting(folders), doubt_of_classes(folders)}) {
    if (result.doubt.empty()) result.doubt = other;
  }
  result.of_file.reserve(files.size());
  for (const fs::path& folder : folder_of_file) {
    result.of_file.push_back(doubt.empty() ? folder.filename().string() : folder.generic_string());
  }
  return result;
}

}  // namespace csm
