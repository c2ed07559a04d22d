#pragma once
#include <filesystem>
#include <vector>

#include "passed_over.h"

namespace csm {

struct ShardList {
  std::filesystem::path root;                 ///< the folder that the shards' names start from
  std::vector<std::filesystem::path> shards;  ///< readable from here, in their order
  PassedOver others;                          ///< files beside the shards of a folder
};

/// Whether a path is that of tar files: it ends in .tar (or .tar.gz, .tgz and so on, which are
/// refused later with advice), or names several by braces.
bool names_shards(const std::filesystem::path& dataset);

/// Whether a folder holds tar files and neither images nor folders beside them.
bool is_folder_of_shards(const std::filesystem::path& folder);

/// The paths that "NAME-{000000..000127}.tar" means, every number with as many digits as the first;
/// several braces run like the digits of a number. Errors: InputError for braces that are not two
/// numbers, the first not above the second, with "..", or for more than a million paths.
std::vector<std::filesystem::path> expand_braces(const std::filesystem::path& pattern);

/// The shards that --dataset names: one file, the *.tar of a folder in the order of their names, or
/// braces. Errors: InputError if there is none, or one of the named is missing.
ShardList list_shards(const std::filesystem::path& dataset);

}  // namespace csm
