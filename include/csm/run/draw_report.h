#pragma once
#include <filesystem>
#include <vector>

namespace csm {

/// Draws a result with the command of the Python package, `csm report RESULT --figures`, and
/// returns the files that it wrote. Images of an earlier result of this name are removed first, so
/// that they are not taken for those of this one. A command that is missing, fails or takes too
/// long is a warning that names what to run later: the result is whole without its images.
/// @param wanted --report: "auto" for the command csm on the PATH or beside this program, "none",
/// or the command
std::vector<std::filesystem::path> draw_report(const std::filesystem::path& result,
                                               const std::filesystem::path& wanted);

}  // namespace csm
