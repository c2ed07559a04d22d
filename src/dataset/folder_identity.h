#pragma once
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace csm {

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
