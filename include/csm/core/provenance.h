#pragma once
#include <filesystem>
#include <string>

namespace csm {

/// The folder that holds jobs/ and models/: the environment variable CSM_HOME, else share/csm of
/// the place that this program is installed in, else the source tree of the build.
std::filesystem::path csm_home();

/// The commit of the build, with "-dirty" if the tree differed from it.
std::string git_description();

/// Now, ISO 8601, UTC, in whole seconds.
std::string timestamp();

}  // namespace csm
