#pragma once
#include <filesystem>
#include <string>

namespace csm {

/// An option with its value as the user wrote it, and where.
struct GivenValue {
  std::string name;  ///< the option without dashes
  std::string text;  ///< the value
  std::string
      origin;  ///< "--patch-size" on the command line, "gender.cfg:12: patch-size" in a job file
  std::filesystem::path base_folder;  ///< what relative paths are relative to
};

}  // namespace csm
